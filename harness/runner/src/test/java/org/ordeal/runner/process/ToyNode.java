package org.ordeal.runner.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A process that listens where a broker or NameServer would and answers every request at once:
 * {@code ToyNode (leader|follower|nameserver|broken) ADDRESS PORT...}.
 */
final class ToyNode {

  private static final int REFUSED = 3;

  private ToyNode() {}

  public static void main(String[] arguments) throws IOException {
    String role = arguments[0];
    if (role.equals("broken")) {
      System.out.println("the toy's store is broken beyond repair");
      System.exit(REFUSED);
    }
    for (String port : List.of(arguments).subList(2, arguments.length)) {
      ServerSocket server = new ServerSocket();
      server.bind(
          new InetSocketAddress(InetAddress.ofLiteral(arguments[1]), Integer.parseInt(port)));
      Thread.ofPlatform().start(() -> accept(server, role));
    }
    System.out.println("toy serves as " + role);
  }

  private static void accept(ServerSocket server, String role) {
    while (true) {
      try {
        Socket socket = server.accept();
        Thread.ofPlatform().daemon().start(() -> serve(socket, role));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void serve(Socket socket, String role) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      while (true) {
        byte[] request = new byte[in.readInt()];
        in.readFully(request);
        String text = new String(request, StandardCharsets.UTF_8);
        String body = "";
        if (text.contains("\"code\":26,")) {
          body =
              role.equals("leader")
                  ? "brokerRole=ASYNC_MASTER\nbrokerId=0\n"
                  : "brokerRole=SLAVE\nbrokerId=1\n";
        } else if (text.contains("\"code\":106,")) {
          body = "{\"brokerAddrTable\":{\"g0\":{\"brokerAddrs\":{0:\"n0:10911\",1:\"n1:10911\"}}}}";
        }
        byte[] header = "{\"code\":0,\"flag\":1,\"opaque\":1}".getBytes(StandardCharsets.UTF_8);
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        out.writeInt(4 + header.length + content.length);
        out.writeInt(header.length);
        out.write(header);
        out.write(content);
        out.flush();
      }
    } catch (IOException e) {
      // The other side hung up.
    }
  }
}
