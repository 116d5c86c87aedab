package org.ordeal.faults.toxiproxy;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultithreadEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * The event loops that all proxies of one server share, and the kinds of channel they drive: epoll
 * where Netty has it for this machine, else NIO.
 */
record Transport(
    EventLoopGroup group,
    Class<? extends ServerChannel> listener,
    Class<? extends Channel> socket) {

  /** Reading stops above the upper mark of unsent bytes and goes on below the lower. */
  static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 << 10, 512 << 10);

  /** Sizes the buffers of one channel by what comes in, up to what makes bulk data cheap. */
  static RecvByteBufAllocator readBuffers() {
    return new AdaptiveRecvByteBufAllocator(256, 4 << 10, 256 << 10).maxMessagesPerRead(4);
  }

  static Transport start(int threads) {
    DefaultThreadFactory factory = new DefaultThreadFactory("toxiproxy", true);
    MultithreadEventLoopGroup group;
    if (Epoll.isAvailable()) {
      group = new EpollEventLoopGroup(threads, factory);
      return new Transport(group, EpollServerSocketChannel.class, EpollSocketChannel.class);
    }
    group = new NioEventLoopGroup(threads, factory);
    return new Transport(group, NioServerSocketChannel.class, NioSocketChannel.class);
  }

  /** Closes a channel where nobody waits for it to be closed. */
  static void close(Channel channel) {
    var _ = channel.close();
  }
}
