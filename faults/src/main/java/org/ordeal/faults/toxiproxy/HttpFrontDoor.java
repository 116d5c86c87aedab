package org.ordeal.faults.toxiproxy;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes HTTP requests in, has each carried out by a thread of its own, and sends the answer.
 *
 * <p>One connection's requests are carried out one after the other.
 */
final class HttpFrontDoor extends ChannelInitializer<Channel> {
  private static final Logger log = LoggerFactory.getLogger(HttpFrontDoor.class);
  private static final int MAX_BODY_BYTES = 16 << 20;
  private static final int MAX_PIPELINED = 64;

  private final ToxiproxyApi api;
  private final Executor workers;

  HttpFrontDoor(ToxiproxyApi api, Executor workers) {
    this.api = api;
    this.workers = workers;
  }

  @Override
  protected void initChannel(Channel channel) {
    channel
        .pipeline()
        .addLast(
            new HttpServerCodec(),
            new HttpServerKeepAliveHandler(),
            new HttpObjectAggregator(MAX_BODY_BYTES),
            new Requests());
  }

  /** One connection to the API. Runs on its event loop, but for the work itself. */
  private final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final ArrayDeque<ToxiproxyApi.Request> waiting = new ArrayDeque<>();
    private boolean working;

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      String userAgent = request.headers().get(HttpHeaderNames.USER_AGENT);
      byte[] body = ByteBufUtil.getBytes(request.content());
      String path;
      try {
        path = new QueryStringDecoder(request.uri()).path();
      } catch (IllegalArgumentException e) {
        path = "";
      }
      if (request.decoderResult().isFailure() || !path.startsWith("/")) {
        reply(context, refusal(400, "400 Bad Request"), false);
        Transport.close(context.channel());
        return;
      }
      if (waiting.size() >= MAX_PIPELINED) {
        Transport.close(context.channel());
        return;
      }
      waiting.add(
          new ToxiproxyApi.Request(
              request.method().name(), path, userAgent == null ? "" : userAgent, body));
      next(context);
    }

    private void next(ChannelHandlerContext context) {
      if (!working && !waiting.isEmpty()) {
        working = true;
        ToxiproxyApi.Request asked = waiting.remove();
        workers.execute(() -> answer(context, asked));
      }
    }

    private void answer(ChannelHandlerContext context, ToxiproxyApi.Request asked) {
      ToxiproxyApi.Response response;
      try {
        response = api.handle(asked);
      } catch (RuntimeException e) {
        log.error("the request {} {} failed", asked.method(), asked.path(), e);
        response = refusal(500, "the server failed: " + e);
      }
      ToxiproxyApi.Response done = response;
      context
          .executor()
          .execute(
              () -> {
                working = false;
                reply(context, done, asked.method().equals("HEAD"));
                next(context);
              });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      log.debug("connection to the API broke", cause);
      Transport.close(context.channel());
    }
  }

  private static ToxiproxyApi.Response refusal(int status, String text) {
    return new ToxiproxyApi.Response(status, "text/plain; charset=utf-8", text, null, false);
  }

  private static void reply(
      ChannelHandlerContext context, ToxiproxyApi.Response answer, boolean head) {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
    if (answer.contentType() != null) {
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
    }
    if (answer.nosniff()) {
      response.headers().set("X-Content-Type-Options", "nosniff");
    }
    if (answer.location() != null) {
      response.headers().set(HttpHeaderNames.LOCATION, answer.location());
    }
    if (answer.routed()) {
      response.headers().set("X-Toxiproxy-Request-Id", requestId());
    }
    response
        .headers()
        .set(
            HttpHeaderNames.DATE,
            DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
    if (answer.status() != 204) {
      response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    }
    var _ = context.writeAndFlush(response);
  }

  /** Twenty characters of base 32, as the Go server's ids look. */
  private static String requestId() {
    StringBuilder id = new StringBuilder(20);
    for (int i = 0; i < 20; i++) {
      id.append(Character.forDigit(ThreadLocalRandom.current().nextInt(32), 32));
    }
    return id.toString();
  }
}
