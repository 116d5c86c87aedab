package org.ordeal.faults.toxiproxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said of bodies that are not what they should be, beyond the transcript. */
@Timeout(120)
abstract class BodySentencesConformance {
  private static final String ENTRY =
      "struct { toxiproxy.Proxy; Enabled *bool \"json:\\\"enabled\\\"\" }";
  private static final String UPDATE =
      "struct { Attributes interface {} \"json:\\\"attributes\\\"\";"
          + " Toxicity float32 \"json:\\\"toxicity\\\"\" }";

  private final TestServer.Kind kind;

  BodySentencesConformance(TestServer.Kind kind) {
    this.kind = kind;
  }

  private record Case(String method, String path, String body, String sentence) {}

  private static Case proxy(String body, String sentence) {
    return new Case("POST", "/proxies", body, sentence);
  }

  private static Case toxic(String body, String sentence) {
    return new Case("POST", "/proxies/a/toxics", body, sentence);
  }

  private static Case update(String body, String sentence) {
    return new Case("PATCH", "/proxies/a/toxics/t", body, sentence);
  }

  private static final List<Case> CASES =
      List.of(
          proxy(
              "{\"name\":\"x\",}",
              "invalid character '}' looking for beginning of object key string"),
          proxy("{,}", "invalid character ',' looking for beginning of object key string"),
          proxy("{'a':1}", "invalid character '\\'' looking for beginning of object key string"),
          proxy("{\"name\"", "unexpected EOF"),
          proxy("[1,", "unexpected EOF"),
          proxy(" ", "EOF"),
          proxy("{\"a\":1 \"b\"}", "invalid character '\"' after object key:value pair"),
          proxy("{\"a\" 1}", "invalid character '1' after object key"),
          proxy("[1 2]", "invalid character '2' after array element"),
          proxy("{\"a\":tru}", "invalid character '}' in literal true (expecting 'e')"),
          proxy("{\"a\":\"\\x\"}", "invalid character 'x' in string escape code"),
          proxy("{\"a\":\"\\u12x4\"}", "invalid character 'x' in \\u hexadecimal character escape"),
          proxy("{\"a\":\"x\ty\"}", "invalid character '\\t' in string literal"),
          proxy("{\"a\":-}", "invalid character '}' in numeric literal"),
          proxy("{\"a\":1.}", "invalid character '}' after decimal point in numeric literal"),
          proxy("{\"a\":1e}", "invalid character '}' in exponent of numeric literal"),
          proxy(
              "{\"name\":5}",
              "json: cannot unmarshal number into Go struct field Proxy.name of type string"),
          proxy(
              "{\"enabled\":\"no\"}",
              "json: cannot unmarshal string into Go struct field Proxy.enabled of type bool"),
          proxy(
              "{\"Logger\":5}",
              "json: cannot unmarshal number into Go struct field Proxy.Logger of type zerolog.Logger"),
          proxy("5x", "json: cannot unmarshal number into Go value of type toxiproxy.Proxy"),
          proxy("true", "json: cannot unmarshal bool into Go value of type toxiproxy.Proxy"),
          toxic("[]", "json: cannot unmarshal array into Go value of type toxics.ToxicWrapper"),
          toxic(
              "{\"type\":5}",
              "json: cannot unmarshal number into Go struct field ToxicWrapper.type of type string"),
          toxic(
              "{\"type\":\"latency\",\"attributes\":5}",
              "json: cannot unmarshal number into Go struct field ToxicWrapper.attributes of type toxics.NoopToxic"),
          toxic(
              "{\"type\":\"latency\",\"toxicity\":1e60}",
              "json: cannot unmarshal number 1e60 into Go struct field ToxicWrapper.toxicity of type float32"),
          toxic(
              "{\"type\":\"latency\",\"name\":\"f\",\"attributes\":{\"latency\":1.5}}",
              "json: cannot unmarshal number 1.5 into Go struct field LatencyToxic.attributes.latency of type int64"),
          toxic(
              "{\"type\":\"slicer\",\"attributes\":{\"delay\":\"x\"}}",
              "json: cannot unmarshal string into Go struct field SlicerToxic.attributes.delay of type int"),
          update(
              "{\"toxicity\":\"x\"}",
              "json: cannot unmarshal string into Go struct field .toxicity of type float32"),
          update(
              "{\"attributes\":5}",
              "json: cannot unmarshal number into Go struct field .attributes of type toxics.LatencyToxic"),
          update("[]", "json: cannot unmarshal array into Go value of type " + UPDATE),
          new Case(
              "POST",
              "/populate",
              "[5]",
              "json: cannot unmarshal number into Go value of type " + ENTRY),
          new Case(
              "POST",
              "/populate",
              "[{\"name\":5}]",
              "json: cannot unmarshal number into Go struct field .Proxy.name of type string"),
          new Case(
              "POST",
              "/populate",
              "[{\"enabled\":5}]",
              "json: cannot unmarshal number into Go struct field .enabled of type bool"));

  private static final List<Case> ADDRESSES =
      List.of(
          listen("bad", "listen tcp: address bad: missing port in address"),
          listen("1:2:3", "listen tcp: address 1:2:3: too many colons in address"),
          listen("127.0.0.1:abc", "listen tcp: lookup tcp/abc: unknown port"),
          listen("127.0.0.1:99999", "listen tcp: address 99999: invalid port"),
          listen("[::1]", "listen tcp: address [::1]: missing port in address"),
          listen("[::1", "listen tcp: address [::1: missing ']' in address"),
          listen(
              "203.0.113.1:0", "listen tcp 203.0.113.1:0: bind: cannot assign requested address"));

  private static Case listen(String address, String sentence) {
    String body = "{\"name\":\"x\",\"upstream\":\"u:1\",\"listen\":\"" + address + "\"}";
    return new Case("POST", "/proxies", body, sentence);
  }

  @Test
  void shouldRefuseBadBodiesInTheWordsOfTheGoServer() throws Exception {
    try (TestServer server = kind.start();
        HttpClient http = HttpClient.newHttpClient()) {
      server.client().createProxy("a", "127.0.0.1:0", "127.0.0.1:1").disable();
      send(http, server, toxic("{\"type\":\"latency\",\"name\":\"t\"}", ""));
      for (Case one : CASES) {
        HttpResponse<String> answer = send(http, server, one);
        assertThat(answer.statusCode()).as(one.toString()).isEqualTo(400);
        assertThat(answer.body())
            .as(one.toString())
            .startsWith(
                "{\"error\":\"bad request body: " + quoted(one.sentence()) + "\",\"status\":400");
      }
      for (Case one : ADDRESSES) {
        assertThat(send(http, server, one).body())
            .as(one.toString())
            .isEqualTo("{\"error\":\"" + quoted(one.sentence()) + "\",\"status\":500}\n");
      }
    }
  }

  @Test
  void shouldWriteNumbersAndStringsAsTheGoServerDoes() throws Exception {
    try (TestServer server = kind.start();
        HttpClient http = HttpClient.newHttpClient()) {
      server.client().createProxy("a", "127.0.0.1:0", "127.0.0.1:1").disable();
      int number = 0;
      for (String toxicity : List.of("0.1", "1e-7", "1e+30", "0.00001234", "0", "0.5", "1.5e-9")) {
        String body =
            "{\"type\":\"noop\",\"name\":\"" + number++ + "\",\"toxicity\":" + toxicity + "}";
        assertThat(send(http, server, toxic(body, "")).body())
            .endsWith("\"toxicity\":" + toxicity + "}");
      }
      String name = "\"\\u003c\\u0026\\u003e\\u2028é\\n\\u0001\\\"\\\\\"";
      String body = "{\"name\":" + name + ",\"upstream\":\"u:1\",\"enabled\":false}";
      assertThat(send(http, server, proxy(body, "")).body()).startsWith("{\"name\":" + name);
      HttpResponse<String> moved = send(http, server, new Case("GET", "//proxies", "", ""));
      assertThat(moved.statusCode()).isEqualTo(301);
      assertThat(moved.headers().firstValue("Location")).contains("/proxies");
    }
  }

  private static String quoted(String sentence) {
    return sentence.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static HttpResponse<String> send(HttpClient http, TestServer server, Case one)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(
                URI.create("http://" + server.host() + ":" + server.port() + one.path()))
            .timeout(Duration.ofSeconds(60))
            .method(one.method(), HttpRequest.BodyPublishers.ofString(one.body()))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
