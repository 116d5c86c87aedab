package org.ordeal.remoting;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stops reading from a peer that does not read what waits for it, and closes its connection when
 * that lasts; closes idle connections.
 *
 * <p>All state is touched on the connection's event loop only.
 */
final class Backpressure extends ChannelInboundHandlerAdapter {
  private final Limits limits;
  private boolean unwritable;
  private boolean budgetHeld;
  private @Nullable ScheduledFuture<?> stall;

  Backpressure(Limits limits) {
    this.limits = limits;
  }

  void holdForBudget(ChannelHandlerContext ctx, boolean hold) {
    budgetHeld = hold;
    update(ctx);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    unwritable = !ctx.channel().isWritable();
    update(ctx);
    if (unwritable && stall == null) {
      long before = ctx.channel().bytesBeforeWritable();
      stall = watch(ctx, before);
    } else if (!unwritable && stall != null) {
      stall.cancel(false);
      stall = null;
    }
    ctx.fireChannelWritabilityChanged();
  }

  private ScheduledFuture<?> watch(ChannelHandlerContext ctx, long before) {
    return ctx.executor()
        .schedule(
            () -> {
              long left = ctx.channel().bytesBeforeWritable();
              if (left >= before) {
                ctx.fireExceptionCaught(
                    new CorruptFrameException(
                        "The peer has read nothing for " + limits.stallTime() + "."));
              } else {
                stall = watch(ctx, left);
              }
            },
            limits.stallTime().toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private void update(ChannelHandlerContext ctx) {
    ctx.channel().config().setAutoRead(!unwritable && !budgetHeld);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof IdleStateEvent && !budgetHeld) {
      var _ = ctx.close();
      return;
    }
    super.userEventTriggered(ctx, event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (stall != null) {
      stall.cancel(false);
      stall = null;
    }
    ctx.fireChannelInactive();
  }
}
