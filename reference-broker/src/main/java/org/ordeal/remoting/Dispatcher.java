package org.ordeal.remoting;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Last handler of a connection: hands requests to the handler and answers to who waits. */
final class Dispatcher extends SimpleChannelInboundHandler<Command> {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  private final RequestHandler handler;
  private final Peer peer;
  private final RemotingCounters counters;

  Dispatcher(RequestHandler handler, Peer peer, RemotingCounters counters) {
    this.handler = handler;
    this.peer = peer;
    this.counters = counters;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Command command) {
    if (command.isAnswer()) {
      peer.answered(command);
      return;
    }
    counters.request();
    var exchange = new Exchange(command, peer);
    try {
      handler.handle(exchange);
    } catch (BadRequestException e) {
      exchange.reply(e.code(), e.sentence());
    } catch (Exception e) {
      log.error("Request {} of {} failed here.", command.code(), peer, e);
      exchange.reply(
          ResponseCode.SYSTEM_ERROR, "[OUTCOME_UNKNOWN] The broker failed while serving: " + e);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var root =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    if (root instanceof CorruptFrameException) {
      if (counters.corrupt()) {
        log.warn("Closing the connection of {}: {}", peer, root.getMessage());
      }
    } else if (root instanceof IOException) {
      log.debug("The connection of {} broke: {}", peer, root.getMessage());
    } else {
      log.error("Closing the connection of {} after a fault of ours.", peer, root);
    }
    var _ = ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    peer.failPending();
    ctx.fireChannelInactive();
  }
}
