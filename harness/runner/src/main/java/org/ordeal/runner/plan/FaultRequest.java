package org.ordeal.runner.plan;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ordeal.runner.UsageException;

/**
 * One fault as the user asked for it.
 *
 * @param fault name, such as {@code kill}
 * @param target what to hit, such as {@code leader}, or null where that is left to the plan
 */
public record FaultRequest(String fault, @Nullable String target) {

  /**
   * Reads {@code name[:target]} words; {@code none} stands for no fault.
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
      int colon = trimmed.indexOf(':');
      String name = colon < 0 ? trimmed : trimmed.substring(0, colon);
      String target = colon < 0 ? null : trimmed.substring(colon + 1);
      if (name.isEmpty() || (target != null && target.isEmpty())) {
        throw new UsageException(
            "'%s' is not a fault: write name or name:target, such as kill:leader".formatted(word));
      }
      requests.add(new FaultRequest(name, target));
    }
    if (none && !requests.isEmpty()) {
      throw new UsageException(
          "--faults none means that nothing is injected, so it cannot stand beside "
              + requests.getFirst().fault()
              + ".");
    }
    return List.copyOf(requests);
  }

  @Override
  public String toString() {
    return target == null ? fault : fault + ":" + target;
  }
}
