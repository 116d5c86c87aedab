package org.ordeal.variants;

import java.util.Arrays;
import org.ordeal.broker.BrokerMain;

/** Starts a broker that is wrong in a known way: {@code BrokerVariantMain VARIANT -c FILE}. */
public final class BrokerVariantMain {
  private static final int USAGE = 64;

  private BrokerVariantMain() {}

  public static void main(String[] args) {
    Variant variant;
    try {
      variant = Variant.of(args.length == 0 ? "" : args[0]);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(USAGE);
      return;
    }
    System.err.println("This broker is broken on purpose: " + variant.label() + ".");
    var code =
        BrokerMain.run(Arrays.copyOfRange(args, 1, args.length), System.out, System.err, variant);
    if (code != 0) {
      System.exit(code);
    }
  }
}
