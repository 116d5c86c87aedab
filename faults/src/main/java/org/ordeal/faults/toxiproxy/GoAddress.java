package org.ordeal.faults.toxiproxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * A {@code host:port} as Go's {@code net} package reads it.
 *
 * @param host the host as it was written; empty stands for every address of the machine
 * @param port 0 to 65535; 0 lets the system choose
 */
record GoAddress(String host, int port) {

  /**
   * Reads an address.
   *
   * @throws ApiException with Go's sentence, where it is none
   */
  static GoAddress parse(String address) throws ApiException {
    if (address.isEmpty()) {
      return new GoAddress("", 0);
    }
    int colon = address.lastIndexOf(':');
    if (colon < 0) {
      throw refuse(address, "missing port in address");
    }
    String host;
    if (address.startsWith("[")) {
      int end = address.indexOf(']');
      if (end < 0) {
        throw refuse(address, "missing ']' in address");
      }
      if (end + 1 == address.length()) {
        throw refuse(address, "missing port in address");
      }
      if (end + 1 != colon) {
        throw refuse(
            address,
            address.charAt(end + 1) == ':'
                ? "too many colons in address"
                : "missing port in address");
      }
      host = address.substring(1, end);
    } else {
      host = address.substring(0, colon);
      if (host.indexOf(':') >= 0) {
        throw refuse(address, "too many colons in address");
      }
    }
    return new GoAddress(host, port(address.substring(colon + 1)));
  }

  private static int port(String text) throws ApiException {
    if (text.isEmpty()) {
      return 0;
    }
    if (!text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw ApiException.internal("lookup tcp/" + text + ": unknown port");
    }
    if (text.length() > 5 || Integer.parseInt(text) > 65535) {
      throw ApiException.internal("address " + text + ": invalid port");
    }
    return Integer.parseInt(text);
  }

  private static ApiException refuse(String address, String why) {
    return ApiException.internal("address " + address + ": " + why);
  }

  /** The addresses of the host, best first; none where it stands for every address. */
  InetAddress[] lookUp() throws ApiException {
    if (host.isEmpty()) {
      return new InetAddress[0];
    }
    try {
      return InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      throw ApiException.internal("lookup " + host + ": no such host");
    }
  }

  /** The one address to listen at: the first IPv4 address of the host, or else its first. */
  InetSocketAddress toListen() throws ApiException {
    InetAddress[] all = lookUp();
    if (all.length == 0) {
      return new InetSocketAddress(port);
    }
    for (InetAddress candidate : all) {
      if (candidate instanceof java.net.Inet4Address) {
        return new InetSocketAddress(candidate, port);
      }
    }
    return new InetSocketAddress(all[0], port);
  }

  /** This address with its host looked up, as Go prints it. */
  String resolved() throws ApiException {
    return host.isEmpty() ? ":" + port : print(toListen().getAddress(), port);
  }

  /** An address and port as Go prints them. */
  static String print(@Nullable InetAddress address, int port) {
    if (address == null) {
      return ":" + port;
    }
    if (address instanceof java.net.Inet6Address) {
      return "[" + compress(address.getAddress()) + "]:" + port;
    }
    return address.getHostAddress() + ":" + port;
  }

  /** RFC 5952: the longest run of zero groups, of two at least, becomes two colons. */
  private static String compress(byte[] bytes) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
    }
    int bestStart = -1;
    int bestLength = 1;
    for (int start = 0; start < 8; start++) {
      int length = 0;
      while (start + length < 8 && groups[start + length] == 0) {
        length++;
      }
      if (length > bestLength) {
        bestStart = start;
        bestLength = length;
      }
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == bestStart) {
        out.append("::");
        i += bestLength - 1;
      } else {
        if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
          out.append(':');
        }
        out.append(Integer.toHexString(groups[i]));
      }
    }
    return out.toString();
  }
}
