package org.ordeal.workloads;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.ordeal.workloads.client.ClientEnvironment;
import org.ordeal.workloads.control.Request;

/**
 * Traffic on registers, one for each queue at a time. Every few seconds all clients go over to
 * fresh ones: operations whose outcome nobody knows make a register's history ever harder to
 * decide, and these stay behind.
 */
abstract class RegisterTraffic extends QueueTraffic {

  /** Option: how long a register is used, in milliseconds. */
  static final String REGISTER_MILLIS = "registerMillis";

  private final ClientEnvironment environment;
  private final long lifeNanos;

  RegisterTraffic(ClientEnvironment environment, Request.Load load, RandomGenerator random) {
    super(load, random);
    this.environment = environment;
    this.lifeNanos = TimeUnit.MILLISECONDS.toNanos(options.whole(REGISTER_MILLIS, 10_000));
    if (lifeNanos <= 0) {
      throw new IllegalArgumentException(
          "The option %s must be at least 1, not %s."
              .formatted(REGISTER_MILLIS, load.options().get(REGISTER_MILLIS)));
    }
  }

  /** Name of the register of the hour: all client nodes count time from the start of the run. */
  String register() {
    return "register-" + environment.recorder().now() / lifeNanos;
  }
}
