package org.ordeal.remoting;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/** Turns commands into frames; bodies are not copied. */
@Sharable
final class FrameEncoder extends ChannelOutboundHandlerAdapter {
  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise)
      throws Exception {
    if (!(message instanceof Command command)) {
      var _ = ctx.write(message, promise);
      return;
    }
    var body = command.body();
    int bodyLength = body == null ? 0 : body.length;
    ByteBuf head = ctx.alloc().buffer(256);
    try {
      head.writeLong(0);
      HeaderCodec.encode(command, head);
      int headerLength = head.writerIndex() - 8;
      head.setInt(0, 4 + headerLength + bodyLength);
      head.setInt(4, command.format().code << 24 | headerLength);
    } catch (Exception e) {
      head.release();
      throw e;
    }
    if (body == null || bodyLength == 0) {
      var _ = ctx.write(head, promise);
    } else {
      var _ = ctx.write(Unpooled.wrappedBuffer(head, Unpooled.wrappedBuffer(body)), promise);
    }
  }
}
