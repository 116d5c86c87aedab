package org.ordeal.settings;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Where a server listens when its file does not say so. */
public final class Bind {
  private Bind() {}

  /**
   * The address to listen on: {@code bindAddress} where it is given; otherwise loopback where the
   * advertised address is absent or is loopback itself, and every address where another one is
   * advertised. (Apache's default is every address always.)
   *
   * @param advertised what others are told to dial ({@code brokerIP1}), a name or an address
   */
  public static InetSocketAddress address(
      @Nullable String bindAddress, @Nullable String advertised, int port)
      throws SettingsException {
    var host = bindAddress;
    if (host == null) {
      host = advertised == null || isLoopback(advertised) ? "127.0.0.1" : "0.0.0.0";
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      throw new SettingsException("The name " + host + " (bindAddress) cannot be resolved.");
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
