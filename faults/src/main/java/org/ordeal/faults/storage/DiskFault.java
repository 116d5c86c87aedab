package org.ordeal.faults.storage;

import java.nio.file.FileSystems;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.PatternSyntaxException;
import org.ordeal.faults.Environment;
import org.ordeal.faults.Fault;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Member;
import org.ordeal.faults.Need;
import org.ordeal.faults.Selection;
import org.ordeal.faults.Target;
import org.ordeal.faults.disk.DiskControl;

/** What all faults of storage have in common: they hit brokers, by selector. */
abstract class DiskFault implements Fault {
  private static final Set<String> BROKERS = Set.of("one", "leader", "minority", "majority", "all");

  @Override
  public List<Target> targets() {
    return Selection.targets().stream().filter(target -> BROKERS.contains(target.name())).toList();
  }

  @Override
  public Set<Need> needs() {
    return EnumSet.of(Need.DISK, Need.PROCESS);
  }

  @Override
  public Optional<String> refusal(List<Member> members, String target) {
    if (!BROKERS.contains(target)) {
      return Optional.of(Selection.unknown(target, targets()));
    }
    return Selection.refusal(members, target);
  }

  @Override
  public List<String> choose(List<Member> members, String target, RandomGenerator random) {
    return Selection.choose(members, target, random);
  }

  /** Beside what every attribute refuses, a {@code path} that is no glob, before anything runs. */
  @Override
  public Map<String, Object> complete(Map<String, Object> given) {
    Map<String, Object> complete = Fault.super.complete(given);
    if (complete.get("path") instanceof String glob) {
      try {
        FileSystems.getDefault().getPathMatcher("glob:" + glob);
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            "The attribute path must be a glob such as '**/commitlog/*', not '%s': %s."
                .formatted(glob, e.getDescription()),
            e);
      }
      if (glob.isEmpty()) {
        throw new IllegalArgumentException(
            "The attribute path is empty: it would match no file; leave it out, or give a glob such as '**/commitlog/*'.");
      }
    }
    return complete;
  }

  static DiskControl disks(Environment environment) throws FaultException {
    return environment
        .disks()
        .orElseThrow(
            () ->
                new FaultException(
                    "The cluster has no fault disks: start it with them, on a machine that has FUSE."));
  }
}
