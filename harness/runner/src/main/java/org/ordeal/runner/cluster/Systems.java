package org.ordeal.runner.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.ordeal.runner.UsageException;

/** The systems that this class path can run. */
public final class Systems {

  private Systems() {}

  /** Every family of systems, by scheme. */
  public static List<SystemProvider> providers() {
    List<SystemProvider> providers = new ArrayList<>();
    ServiceLoader.load(SystemProvider.class).forEach(providers::add);
    providers.sort(Comparator.comparing(SystemProvider::scheme));
    return List.copyOf(providers);
  }

  /**
   * Finds a system by the name a user gave.
   *
   * @param name such as {@code reference} or {@code rocketmq:5.1.0}
   * @param progress takes a line for whoever waits
   * @throws UsageException where there is no such system
   * @throws org.ordeal.runner.EnvironmentException where it exists but cannot be had
   */
  public static SystemUnderTest resolve(String name, Consumer<String> progress) {
    return provider(name).resolve(argument(name), progress);
  }

  /**
   * Refuses the name of a family that there is not, without resolving anything.
   *
   * @throws UsageException where there is no such family of systems
   */
  public static void check(String name) {
    provider(name);
  }

  private static String argument(String name) {
    int colon = name.indexOf(':');
    return colon < 0 ? "" : name.substring(colon + 1);
  }

  private static SystemProvider provider(String name) {
    int colon = name.indexOf(':');
    String scheme = colon < 0 ? name : name.substring(0, colon);
    for (SystemProvider provider : providers()) {
      if (provider.scheme().equals(scheme)) {
        return provider;
      }
    }
    throw UsageException.unknownName(
        "system", name, providers().stream().map(SystemProvider::usage).toList());
  }
}
