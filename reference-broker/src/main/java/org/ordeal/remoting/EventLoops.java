package org.ordeal.remoting;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** The few threads on which all connections of a process are served. */
public final class EventLoops implements AutoCloseable {
  private final EventLoopGroup group;

  /**
   * @param threads 1 to 64
   */
  public EventLoops(int threads) {
    modestAllocator();
    group = new NioEventLoopGroup(threads, new DefaultThreadFactory("remoting", true));
  }

  /**
   * Netty's allocator takes 4 MiB chunks from two arenas a core; for a process of this size one
   * arena of 1 MiB chunks is enough. Settings of the command line win.
   */
  private static void modestAllocator() {
    setIfAbsent("io.netty.allocator.numDirectArenas", "2");
    setIfAbsent("io.netty.allocator.numHeapArenas", "1");
    setIfAbsent("io.netty.allocator.maxOrder", "7");
    setIfAbsent("io.netty.noPreferDirect", "false");
  }

  private static void setIfAbsent(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }

  EventLoopGroup group() {
    return group;
  }

  /** Runs on one of the threads after a delay; must not block. */
  public void schedule(Runnable action, long delayMillis) {
    var _ = group.schedule(action, delayMillis, TimeUnit.MILLISECONDS);
  }

  /** Runs again and again with a pause between; must not block nor throw. */
  public void repeat(Runnable action, long pauseMillis) {
    var _ = group.scheduleWithFixedDelay(action, pauseMillis, pauseMillis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
  }
}
