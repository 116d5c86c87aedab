package org.ordeal.remoting;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cuts frames out of the stream, within the limits.
 *
 * <p>A large frame is received only when the budget of half-received frames admits its length;
 * until then the connection is not read. Only the bytes that have come take memory, whatever the
 * length field says.
 */
final class FrameDecoder extends ByteToMessageDecoder {
  private static final int RETRY_MILLIS = 20;

  private final Limits limits;
  private final FrameBudget budget;
  private final Backpressure backpressure;

  /** Length of the frame that is being received; -1 between frames. */
  private int frameLength = -1;

  private int reserved;
  private boolean waiting;
  private boolean broken;
  private @Nullable ScheduledFuture<?> deadline;

  FrameDecoder(Limits limits, FrameBudget budget, Backpressure backpressure) {
    this.limits = limits;
    this.budget = budget;
    this.backpressure = backpressure;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws CorruptFrameException {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (waiting) {
      return;
    }
    try {
      decodeFrame(ctx, in, out);
    } catch (CorruptFrameException e) {
      // What follows has no meaning, also not when the superclass looks at it once more at the end.
      broken = true;
      throw e;
    }
  }

  private void decodeFrame(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws CorruptFrameException {
    if (frameLength < 0) {
      if (in.readableBytes() < 8) {
        startDeadline(ctx);
        return;
      }
      check(in);
      int length = in.getInt(in.readerIndex());
      if (length > FrameBudget.FREE_BYTES && in.readableBytes() < 4 + length) {
        startDeadline(ctx);
        if (!budget.take(length)) {
          waitForBudget(ctx);
          return;
        }
        reserved = length;
      }
      frameLength = length;
    }
    if (in.readableBytes() < 4 + frameLength) {
      startDeadline(ctx);
      return;
    }
    int headerLength = in.getInt(in.readerIndex() + 4) & 0xFFFFFF;
    var format = HeaderFormat.of(in.getByte(in.readerIndex() + 4));
    in.skipBytes(8);
    var header = in.readSlice(headerLength);
    byte[] body = null;
    int bodyLength = frameLength - 4 - headerLength;
    if (bodyLength > 0) {
      body = new byte[bodyLength];
      in.readBytes(body);
    }
    finish();
    out.add(HeaderCodec.decode(format, header, body));
  }

  private void check(ByteBuf in) throws CorruptFrameException {
    int length = in.getInt(in.readerIndex());
    if (length < 4 || length > limits.maxFrameBytes()) {
      throw new CorruptFrameException(
          "A frame tells a length of "
              + length
              + " bytes; 4 to "
              + limits.maxFrameBytes()
              + " are taken.");
    }
    HeaderFormat.of(in.getByte(in.readerIndex() + 4));
    int headerLength = in.getInt(in.readerIndex() + 4) & 0xFFFFFF;
    if (headerLength > length - 4 || headerLength > limits.maxHeaderBytes()) {
      throw new CorruptFrameException(
          "A frame of "
              + length
              + " bytes tells a header of "
              + headerLength
              + "; at most "
              + limits.maxHeaderBytes()
              + " are taken.");
    }
  }

  private void startDeadline(ChannelHandlerContext ctx) {
    if (deadline == null) {
      deadline =
          ctx.executor()
              .schedule(
                  () -> {
                    ctx.fireExceptionCaught(
                        new CorruptFrameException(
                            "A frame was not whole after " + limits.frameTime() + "."));
                  },
                  limits.frameTime().toMillis(),
                  TimeUnit.MILLISECONDS);
    }
  }

  private void waitForBudget(ChannelHandlerContext ctx) {
    waiting = true;
    backpressure.holdForBudget(ctx, true);
    var _ = ctx.executor().schedule(() -> retry(ctx), RETRY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void retry(ChannelHandlerContext ctx) {
    if (!ctx.channel().isActive() || ctx.isRemoved()) {
      return;
    }
    waiting = false;
    try {
      // An empty buffer makes the superclass look again at what it holds.
      channelRead(ctx, ctx.alloc().buffer(0));
    } catch (Exception e) {
      ctx.fireExceptionCaught(e);
      return;
    }
    if (!waiting) {
      backpressure.holdForBudget(ctx, false);
    }
  }

  private void finish() {
    frameLength = -1;
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
    if (reserved > 0) {
      budget.giveBack(reserved);
      reserved = 0;
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    finish();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    finish();
  }
}
