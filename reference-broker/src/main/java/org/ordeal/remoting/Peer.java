package org.ordeal.remoting;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** The other end of one connection: it can be asked, told, and closed. Thread-safe. */
public final class Peer {
  private final Channel channel;
  private final AtomicInteger nextOpaque = new AtomicInteger();
  private final Map<Integer, CompletableFuture<Command>> pending = new ConcurrentHashMap<>();

  Peer(Channel channel) {
    this.channel = channel;
  }

  /** Its address; a placeholder where the connection is already gone or has none. */
  public InetSocketAddress address() {
    return channel.remoteAddress() instanceof InetSocketAddress address
        ? address
        : InetSocketAddress.createUnresolved("unknown", 0);
  }

  /** {@code host:port}, numeric. */
  public String addressText() {
    var address = address();
    var ip = address.getAddress();
    return (ip == null ? address.getHostString() : ip.getHostAddress()) + ":" + address.getPort();
  }

  /** Our own end's address. */
  public InetSocketAddress localAddress() {
    return channel.localAddress() instanceof InetSocketAddress address
        ? address
        : InetSocketAddress.createUnresolved("unknown", 0);
  }

  public boolean isOpen() {
    return channel.isActive();
  }

  /** False while so much waits for this peer that more should not be added. */
  public boolean isReading() {
    return channel.isWritable();
  }

  /**
   * Asks, and completes with the answer; exceptionally with {@link TimeoutException}, or {@link
   * java.io.IOException} when the connection ends first: the request may have been served all the
   * same.
   */
  public CompletableFuture<Command> ask(Command request, Duration timeout) {
    int opaque = nextOpaque.incrementAndGet();
    var future = new CompletableFuture<Command>();
    pending.put(opaque, future);
    var _ = future.whenComplete((_, _) -> pending.remove(opaque));
    var write = channel.writeAndFlush(request.withOpaque(opaque, request.format()));
    write.addListener(
        done -> {
          if (!done.isSuccess()) {
            future.completeExceptionally(
                new java.io.IOException("The request could not be sent.", done.cause()));
          }
        });
    var timer =
        channel
            .eventLoop()
            .schedule(
                () ->
                    future.completeExceptionally(
                        new TimeoutException("No answer within " + timeout.toMillis() + " ms.")),
                timeout.toMillis(),
                TimeUnit.MILLISECONDS);
    var _ = future.whenComplete((_, _) -> timer.cancel(false));
    if (!channel.isActive()) {
      failPending();
    }
    return future;
  }

  /** Sends a request that wants no answer. */
  public void tell(Command request) {
    send(request.withOpaque(nextOpaque.incrementAndGet(), request.format()).oneWay());
  }

  void send(Command command) {
    channel
        .writeAndFlush(command)
        .addListener(
            ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE); // logged once, by the last handler
  }

  public void close() {
    var _ = channel.close();
  }

  /** Runs the action when the connection has ended, at once if it has already. */
  public void onClose(Runnable action) {
    channel.closeFuture().addListener(_ -> action.run());
  }

  void answered(Command answer) {
    var future = pending.remove(answer.opaque());
    if (future != null) {
      future.complete(answer);
    }
  }

  void failPending() {
    for (var future : pending.values()) {
      future.completeExceptionally(
          new java.io.IOException("The connection to " + addressText() + " has ended."));
    }
  }

  @Override
  public String toString() {
    return addressText();
  }
}
