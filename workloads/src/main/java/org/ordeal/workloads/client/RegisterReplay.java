package org.ordeal.workloads.client;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The registers that live in one queue, as its messages make them one after the other. Every client
 * that reads the same queue comes to the same states and to the same outcome of each message. Not
 * thread-safe.
 *
 * <p>A message is a {@link Command}; one that comes twice counts the first time only, and one that
 * is no command (an altered body) changes nothing.
 */
final class RegisterReplay {

  /**
   * What one message asks for.
   *
   * @param f {@code read}, {@code write} or {@code cas}
   * @param register which register
   * @param from what a cas expects, 0 for the others
   * @param to what is written, 0 for a read
   * @param id unique
   */
  record Command(String f, String register, long from, long to, String id) {

    private static final String SEPARATOR = "~";

    /** As a message carries it; without colons. */
    String text() {
      return String.join(SEPARATOR, f, register, Long.toString(from), Long.toString(to), id);
    }

    static @Nullable Command parse(String text) {
      String[] parts = text.split(SEPARATOR, -1);
      if (parts.length != 5) {
        return null;
      }
      try {
        return new Command(
            parts[0], parts[1], Long.parseLong(parts[2]), Long.parseLong(parts[3]), parts[4]);
      } catch (NumberFormatException e) {
        return null;
      }
    }
  }

  /**
   * What a command came to.
   *
   * @param done false for a cas that met another value
   * @param before what the register held, null for nothing
   */
  record Outcome(boolean done, @Nullable Long before) {}

  private final Map<String, Long> registers = new HashMap<>();
  private final Set<String> seen = new HashSet<>();
  private final Map<String, Outcome> awaited = new HashMap<>();
  private final Set<String> ours = new HashSet<>();
  private long next;

  /** Offset of the message to be applied next. */
  long next() {
    return next;
  }

  /** Keeps the outcome of this command, once it is there, until it is {@link #take taken}. */
  void await(String id) {
    ours.add(id);
  }

  /** The outcome of a command; null where it has not been met. Forgets it. */
  @Nullable Outcome take(String id) {
    ours.remove(id);
    return awaited.remove(id);
  }

  /**
   * Applies the message at {@link #next}.
   *
   * @throws IllegalArgumentException for another offset: a message that is left out would change
   *     everything behind it
   */
  void apply(long offset, String text) {
    if (offset != next) {
      throw new IllegalArgumentException(
          "The message at offset %d was to be applied, not that at %d.".formatted(next, offset));
    }
    next++;
    Command command = Command.parse(text);
    if (command == null || !seen.add(command.id)) {
      return;
    }
    Long held = registers.get(command.register);
    boolean done =
        switch (command.f) {
          case "write" -> true;
          case "cas" -> held != null && held == command.from;
          default -> false;
        };
    if (done) {
      registers.put(command.register, command.to);
    }
    if (ours.contains(command.id)) {
      awaited.put(command.id, new Outcome(done || command.f.equals("read"), held));
    }
  }
}
