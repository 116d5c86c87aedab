package org.ordeal.entry;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Asks the server of this container something, as a client would.
 *
 * <p>Healthy means that it answers requests. It does not mean that its group has a leader: a broker
 * that waits for its peers is not to be restarted for it.
 *
 * <p>Written on plain sockets, since it is run again and again: frame length, header length and a
 * JSON header, in the protocol's order of bytes.
 */
final class HealthCheck {
  private static final int TIMEOUT_MILLIS = 5000;
  private static final int LARGEST_ANSWER_BYTES = 16 << 20;
  private static final Pattern SUCCESS = Pattern.compile("\"code\"\\s*:\\s*0\\b");

  private HealthCheck() {}

  /**
   * Sends a request and waits for its answer.
   *
   * @return what is wrong; empty where nothing is
   */
  static Optional<String> ask(InetSocketAddress listens, int question) {
    InetSocketAddress address =
        listens.getAddress() != null && listens.getAddress().isAnyLocalAddress()
            ? new InetSocketAddress(InetAddress.getLoopbackAddress(), listens.getPort())
            : listens;
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(address, TIMEOUT_MILLIS);
      byte[] header =
          ("{\"code\":"
                  + question
                  + ",\"flag\":0,\"language\":\"JAVA\",\"opaque\":1,\"version\":0,"
                  + "\"serializeTypeCurrentRPC\":\"JSON\"}")
              .getBytes(StandardCharsets.UTF_8);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeInt(Integer.BYTES + header.length);
      out.writeInt(header.length);
      out.write(header);
      out.flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      int length = in.readInt();
      // The uppermost byte tells the header's format.
      int headerLength = in.readInt() & 0xffffff;
      if (length < Integer.BYTES + headerLength || length > LARGEST_ANSWER_BYTES) {
        return Optional.of(address + " answered with a frame of " + length + " bytes");
      }
      String answer = new String(in.readNBytes(headerLength), StandardCharsets.UTF_8);
      return SUCCESS.matcher(answer).find()
          ? Optional.empty()
          : Optional.of(address + " answered " + answer);
    } catch (IOException e) {
      return Optional.of(address + " does not answer: " + e);
    }
  }

  /**
   * The arguments with which the server of this container was started: the first is the program.
   *
   * @param processes where the kernel lists processes
   */
  static Optional<List<String>> server(Path processes) throws IOException {
    try (Stream<Path> listed = Files.list(processes)) {
      return listed
          .filter(each -> each.getFileName().toString().matches("[0-9]+"))
          .map(HealthCheck::arguments)
          .flatMap(Optional::stream)
          .findFirst();
    }
  }

  private static Optional<List<String>> arguments(Path process) {
    try {
      List<String> words = Arrays.asList(Files.readString(process.resolve("cmdline")).split("\0"));
      int main = words.indexOf(ImageMain.class.getName());
      List<String> arguments =
          main < 0 ? List.of() : ImageMain.complete(words.subList(main + 1, words.size()));
      return !arguments.isEmpty() && Program.named(arguments.getFirst()).isPresent()
          ? Optional.of(arguments)
          : Optional.empty();
    } catch (IOException ended) {
      return Optional.empty();
    }
  }
}
