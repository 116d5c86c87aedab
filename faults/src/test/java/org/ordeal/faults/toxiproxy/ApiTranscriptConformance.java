package org.ordeal.faults.toxiproxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Replays a transcript of the Go server: every status, type and body must be the same.
 *
 * <p>The transcript names fixed ports; they are exchanged for free ones, so that several builds can
 * run on one machine. What the system chose (a port for a proxy without one) is exchanged too.
 */
@Timeout(120)
abstract class ApiTranscriptConformance {
  private static final Pattern FIXED_PORT = Pattern.compile("127\\.0\\.0\\.1:(26\\d{3})");
  private static final Pattern LOCALHOST_PORT = Pattern.compile("localhost:(26\\d{3})");
  private static final Pattern CHOSEN_PORT = Pattern.compile("\\[::]:\\d+");

  private final TestServer.Kind kind;

  ApiTranscriptConformance(TestServer.Kind kind) {
    this.kind = kind;
  }

  /** One request and what the Go server answered. */
  private record Exchange(
      String method,
      String path,
      String userAgent,
      String body,
      int status,
      String contentType,
      boolean nosniff,
      String answer) {}

  @Test
  void shouldAnswerEachRequestOfTheTranscriptAsTheGoServerDid() throws Exception {
    List<Exchange> exchanges = parse(transcript());
    assertThat(exchanges).hasSizeGreaterThan(50);
    Map<String, String> ports = new HashMap<>();
    try (TestServer server = kind.start();
        HttpClient http = HttpClient.newHttpClient()) {
      int number = 0;
      for (Exchange expected : exchanges) {
        String step = ++number + ": " + expected.method() + " " + expected.path();
        HttpResponse<String> actual = send(http, server, expected, ports);
        assertThat(actual.statusCode()).as(step).isEqualTo(expected.status());
        assertThat(actual.headers().firstValue("Content-Type").orElse(""))
            .as(step)
            .isEqualTo(expected.contentType());
        assertThat(actual.headers().firstValue("X-Content-Type-Options").isPresent())
            .as(step)
            .isEqualTo(expected.nosniff());
        if (expected.path().equals("/version") && kind == TestServer.Kind.GO) {
          continue; // built with `go install` it calls its version "git"
        }
        String wanted =
            CHOSEN_PORT.matcher(exchangePorts(expected.answer(), ports)).replaceAll("[::]:0");
        String got = CHOSEN_PORT.matcher(actual.body()).replaceAll("[::]:0");
        assertThat(got.stripTrailing()).as(step).isEqualTo(wanted);
      }
    }
  }

  private static HttpResponse<String> send(
      HttpClient http, TestServer server, Exchange exchange, Map<String, String> ports)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://" + server.host() + ":" + server.port() + exchange.path()))
            .timeout(Duration.ofSeconds(60))
            .header("User-Agent", exchange.userAgent())
            .method(
                exchange.method(),
                HttpRequest.BodyPublishers.ofString(exchangePorts(exchange.body(), ports)))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static String exchangePorts(String text, Map<String, String> ports) {
    String exchanged = exchange(FIXED_PORT, "127.0.0.1:", text, ports);
    return exchange(LOCALHOST_PORT, "localhost:", exchanged, ports);
  }

  private static String exchange(
      Pattern pattern, String prefix, String text, Map<String, String> ports) {
    return pattern
        .matcher(text)
        .replaceAll(
            match -> {
              String port = match.group(1);
              return Matcher.quoteReplacement(
                  prefix + ports.computeIfAbsent(port, _ -> String.valueOf(TestServer.freePort())));
            });
  }

  private static String transcript() {
    try (InputStream in =
        ApiTranscriptConformance.class.getResourceAsStream("api-transcript-2.12.0.txt")) {
      if (in == null) {
        throw new IllegalStateException("the transcript is not among the test resources");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Exchange> parse(String transcript) {
    List<Exchange> exchanges = new ArrayList<>();
    for (String block : transcript.split("(?m)^>>> ")) {
      if (!block.isBlank()) {
        exchanges.add(exchange(block));
      }
    }
    return exchanges;
  }

  /** A block is the arguments that curl was given, then the head, an empty line and the body. */
  private static Exchange exchange(String block) {
    int endOfRequest = block.indexOf('\n');
    String request = block.substring(0, endOfRequest);
    String answer = block.substring(endOfRequest + 1);
    int endOfHead = answer.indexOf("\n\n");
    String[] head = answer.substring(0, endOfHead).split("\n", -1);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 1; i < head.length; i++) {
      int colon = head[i].indexOf(": ");
      if (colon > 0) {
        headers.put(head[i].substring(0, colon), head[i].substring(colon + 2));
      }
    }
    String data = "";
    int dataStart = request.indexOf(" -d ");
    if (dataStart >= 0) {
      data = request.substring(dataStart + 4);
      request = request.substring(0, dataStart);
    }
    String method = dataStart >= 0 ? "POST" : "GET";
    String userAgent = "curl/8";
    String path = "";
    String[] words = request.split(" ", -1);
    for (int i = 0; i < words.length; i++) {
      switch (words[i]) {
        case "-X" -> method = words[++i];
        case "-I" -> method = "HEAD";
        case "-A" -> userAgent = words[++i];
        default -> path = URI.create(words[i]).getRawPath();
      }
    }
    return new Exchange(
        method,
        path,
        userAgent,
        data,
        Integer.parseInt(head[0].split(" ", -1)[1]),
        headers.getOrDefault("Content-Type", ""),
        headers.containsKey("X-Content-Type-Options"),
        answer.substring(endOfHead + 2).stripTrailing());
  }
}
