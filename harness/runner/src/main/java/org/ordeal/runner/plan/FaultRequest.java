package org.ordeal.runner.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.ordeal.runner.UsageException;

/**
 * One fault as the user asked for it.
 *
 * @param fault name, such as {@code kill}
 * @param target what to hit, such as {@code leader}, or null where that is left to the plan
 * @param attributes settings, such as {@code keep} to {@code 0.5}; the fault reads and checks them
 */
public record FaultRequest(String fault, @Nullable String target, Map<String, Object> attributes) {

  public FaultRequest {
    attributes = Map.copyOf(attributes);
  }

  /** With every setting as the fault has it by default. */
  public FaultRequest(String fault, @Nullable String target) {
    this(fault, target, Map.of());
  }

  /**
   * Reads {@code name[:target][@attribute=value]...} words, such as {@code
   * power-loss:all@keep=0.5@torn=0.2}; {@code none} stands for no fault.
   *
   * @throws UsageException for an empty word, or {@code none} beside a fault
   */
  public static List<FaultRequest> parse(List<String> words) {
    List<FaultRequest> requests = new ArrayList<>();
    boolean none = false;
    for (String word : words) {
      String trimmed = word.strip();
      if (trimmed.equals("none")) {
        none = true;
        continue;
      }
      List<String> parts = List.of(trimmed.split("@", -1));
      String head = parts.getFirst();
      int colon = head.indexOf(':');
      String name = colon < 0 ? head : head.substring(0, colon);
      String target = colon < 0 ? null : head.substring(colon + 1);
      if (name.isEmpty() || (target != null && target.isEmpty())) {
        throw new UsageException(
            "'%s' is not a fault: write name or name:target, such as kill:leader.".formatted(word));
      }
      requests.add(
          new FaultRequest(name, target, attributes(word, parts.subList(1, parts.size()))));
    }
    if (none && !requests.isEmpty()) {
      throw new UsageException(
          "--faults none means that nothing is injected, so it cannot stand beside "
              + requests.getFirst().fault()
              + ".");
    }
    return List.copyOf(requests);
  }

  private static Map<String, Object> attributes(String word, List<String> settings) {
    Map<String, Object> attributes = new TreeMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1
          || attributes.put(setting.substring(0, equals), setting.substring(equals + 1)) != null) {
        throw new UsageException(
            "'%s' does not set an attribute in '%s', or sets it twice: write fault:target@attribute=value, such as power-loss:all@keep=0.5"
                .formatted(setting, word));
      }
    }
    return attributes;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(target == null ? fault : fault + ":" + target);
    new TreeMap<>(attributes)
        .forEach((name, value) -> text.append('@').append(name).append('=').append(value));
    return text.toString();
  }
}
