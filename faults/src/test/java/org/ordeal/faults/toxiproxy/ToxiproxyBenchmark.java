package org.ordeal.faults.toxiproxy;

import eu.rekawek.toxiproxy.Proxy;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Compares the embedded server with the Go server, where there is one: throughput of one
 * connection, and the round trip of a small message, each beside a connection without a proxy.
 *
 * <p>Run it as a main class on the test class path. Rounds of both alternate; the best of each
 * counts, since a busy machine only ever makes things slower.
 */
final class ToxiproxyBenchmark {
  private static final int ROUNDS = 5;
  private static final int BYTES = 256 << 20;
  private static final int ROUND_TRIPS = 10_000;

  private ToxiproxyBenchmark() {}

  /** What was measured through one address. */
  private static final class Measured {
    private double megabytesPerSecond;
    private double roundTripMicros = Double.MAX_VALUE;

    void measure(String sink, String echo) throws Exception {
      megabytesPerSecond = Math.max(megabytesPerSecond, throughput(sink));
      roundTripMicros = Math.min(roundTripMicros, roundTripMicros(echo));
    }
  }

  public static void main(String[] arguments) throws Exception {
    boolean real = TestServer.GoServer.find().isPresent();
    try (EchoServer sink = EchoServer.start(ToxiproxyBenchmark::countThenAnswer);
        EchoServer echo = EchoServer.start();
        TestServer ours = TestServer.Kind.EMBEDDED.start();
        TestServer theirs = real ? TestServer.Kind.GO.start() : ours) {
      Proxy ourSink = ours.client().createProxy("sink", "127.0.0.1:0", sink.address());
      Proxy ourEcho = ours.client().createProxy("echo", "127.0.0.1:0", echo.address());
      Measured direct = new Measured();
      Measured embedded = new Measured();
      Measured go = new Measured();
      for (int round = 0; round < ROUNDS; round++) {
        direct.measure(sink.address(), echo.address());
        embedded.measure(ourSink.getListen(), ourEcho.getListen());
        if (real) {
          String suffix = String.valueOf(round);
          Proxy goSink = theirs.client().createProxy("s" + suffix, "127.0.0.1:0", sink.address());
          Proxy goEcho = theirs.client().createProxy("e" + suffix, "127.0.0.1:0", echo.address());
          go.measure(goSink.getListen(), goEcho.getListen());
        }
      }
      print("no proxy", direct, direct);
      print("embedded", embedded, direct);
      if (real) {
        print("Go server", go, direct);
        System.out.printf(
            Locale.ROOT,
            "embedded / Go: throughput x %.2f, added round trip x %.2f%n",
            embedded.megabytesPerSecond / go.megabytesPerSecond,
            (embedded.roundTripMicros - direct.roundTripMicros)
                / (go.roundTripMicros - direct.roundTripMicros));
      } else {
        System.out.println("no Go server found: set ORDEAL_TOXIPROXY_SERVER to compare with it");
      }
    }
  }

  private static void print(String name, Measured measured, Measured direct) {
    System.out.printf(
        Locale.ROOT,
        "%-10s %8.0f MB/s  round trip %6.1f us (+%.1f us)%n",
        name,
        measured.megabytesPerSecond,
        measured.roundTripMicros,
        measured.roundTripMicros - direct.roundTripMicros);
  }

  private static void countThenAnswer(EchoServer server, java.net.Socket socket)
      throws IOException {
    byte[] buffer = new byte[1 << 16];
    long left = BYTES;
    while (left > 0) {
      int read = socket.getInputStream().read(buffer);
      if (read < 0) {
        throw new IOException("the sender left with " + left + " bytes to go");
      }
      left -= read;
    }
    socket.getOutputStream().write('.');
  }

  private static double throughput(String address) throws Exception {
    byte[] data = new byte[1 << 16];
    try (Wire wire = Wire.to(address);
        ExecutorService sender = Executors.newSingleThreadExecutor()) {
      long start = System.nanoTime();
      Future<?> sending =
          sender.submit(
              () -> {
                for (int sent = 0; sent < BYTES; sent += data.length) {
                  wire.send(data);
                }
                return null;
              });
      wire.readBytes(1);
      sending.get();
      return BYTES / 1e6 / ((System.nanoTime() - start) / 1e9);
    }
  }

  private static double roundTripMicros(String address) throws IOException {
    byte[] message = new byte[128];
    long[] nanos = new long[ROUND_TRIPS];
    try (Wire wire = Wire.to(address)) {
      for (int i = 0; i < ROUND_TRIPS; i++) {
        long start = System.nanoTime();
        wire.send(message);
        wire.readBytes(message.length);
        nanos[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(nanos);
    return nanos[ROUND_TRIPS / 2] / 1e3;
  }
}
