package org.ordeal.checks.linearizability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ordeal.checks.linearizability.Automaton.Kind;
import org.ordeal.checks.linearizability.Decision.Configuration;
import org.ordeal.history.Verdict;

/**
 * Decides any model: walks through the events in order and keeps the <em>frontier</em>, the set of
 * all configurations that the object can be in.
 *
 * <p>A configuration is a state, the set of open operations that already took effect, and how often
 * each kind of crashed operation was used. An operation is linearized just in time (Lowe, 2017):
 * only when another one completes that has not taken effect yet. The history is linearizable if the
 * frontier never becomes empty.
 *
 * <p>Four things keep the frontier small, none of which loses a linearization:
 *
 * <ul>
 *   <li>An operation that completed is forgotten: only open ones have a bit.
 *   <li>An observer that is enabled is linearized at once, since it changes nothing.
 *   <li>Of several open operations of one kind, the one that completes first goes first; crashed
 *       ones, which never complete, go last. (Any linearization that does otherwise can swap them.)
 *   <li>Crashed operations of one kind are counted, not told apart, and a configuration that used
 *       more of them than another one, all else being equal, is dropped: the other can do all that
 *       it can.
 * </ul>
 *
 * One instance decides one partition. Not thread-safe.
 */
final class FrontierEngine {

  static final String NAME = "frontier";

  private static final int STEPS_BETWEEN_CHECKS = 512;
  private static final int MOST_CONFIGURATIONS = 16;

  private final Partition partition;
  private final Automaton automaton;
  private final Limits limits;

  private final int[] events;
  private final boolean foresight;
  private final Kind[] kinds;
  private final int[] kindOf;

  private final int words;
  private final int[] slotRow;
  private final int[] slotKind;
  private final int[] slotOf;
  private final long[] liveObservers;
  private final int[] freeSlots;
  private int freeCount;

  /** Slots of open operations with an effect, by kind, then by completion. */
  private final int[] liveEffects;

  private int liveEffectCount;

  private int[] crashedKinds = new int[8];
  private int[] crashedAvailable = new int[8];
  private int crashedKindCount;
  private final Map<Integer, Integer> crashedIndex = new HashMap<>(0);

  private final UsageVectors usages;
  private ConfigurationSet frontier;
  private ConfigurationSet after;
  private final ConfigurationSet seen;
  private final long[] scratch;
  private final long[] scratchObserved;
  private int expansions;
  private long steps;

  /** By kind, the last expansion that tried an open operation of it. */
  private final int[] triedIn;

  private FrontierEngine(
      Partition partition, Automaton automaton, boolean foresight, Limits limits) {
    this.partition = partition;
    this.automaton = automaton;
    this.limits = limits;
    this.events = partition.events();
    this.foresight = foresight;
    this.kindOf = new int[partition.size];
    this.kinds = numberKinds();
    this.triedIn = new int[kinds.length];
    int slots = mostOpen();
    this.words = Math.max(1, (slots + 63) / 64);
    this.slotRow = new int[slots];
    this.slotKind = new int[slots];
    this.slotOf = new int[partition.size];
    this.freeSlots = new int[slots];
    this.liveEffects = new int[slots];
    this.liveObservers = new long[words];
    for (int i = 0; i < slots; i++) {
      freeSlots[i] = slots - 1 - i;
    }
    this.freeCount = slots;
    this.usages = new UsageVectors(limits);
    this.frontier = new ConfigurationSet(words, usages, limits);
    this.after = new ConfigurationSet(words, usages, limits);
    this.seen = new ConfigurationSet(words, usages, limits);
    this.scratch = new long[words];
    this.scratchObserved = new long[words];
  }

  /** Decides by the model's special algorithm where it applies, else by the frontier. */
  static Decision decideBest(Partition partition, Limits limits) {
    try {
      Decision special = partition.model.decide(partition, limits);
      return special != null ? special : decide(partition, limits);
    } catch (Limits.Exceeded e) {
      return Decision.unknown(NAME, e.reason());
    }
  }

  /** Decides by the frontier; {@code unknown} where the limits do not suffice. */
  static Decision decide(Partition partition, Limits limits) {
    return decide(partition, true, limits);
  }

  /**
   * Decides by the frontier.
   *
   * @param foresight whether states from which no way leads on are left out at once, which is
   *     faster; without it the configurations of a failure are all that were possible until then
   */
  static Decision decide(Partition partition, boolean foresight, Limits limits) {
    FrontierEngine engine = null;
    try {
      Automaton automaton = partition.model.automaton(partition, limits);
      engine = new FrontierEngine(partition, automaton, foresight, limits);
      return engine.run();
    } catch (Limits.Exceeded e) {
      return Decision.unknown(NAME, e.reason());
    } finally {
      if (engine != null) {
        engine.release();
      }
    }
  }

  private void release() {
    frontier.release();
    after.release();
    seen.release();
    usages.release();
  }

  /** Numbers the kinds by a table of our own, since no object is to be made for each row. */
  private Kind[] numberKinds() {
    List<Kind> found = new ArrayList<>();
    int[] table = new int[Integer.highestOneBit(Math.max(8, partition.size)) << 2];
    Cells cells = new Cells();
    for (int row = 0; row < partition.size; row++) {
      byte f = partition.f[row];
      int a = partition.a[row];
      int b = partition.b[row];
      int hash = (f * 31 + a) * 0x9E3779B9 ^ b * 0x85EBCA6B;
      int at = (hash ^ (hash >>> 15)) & (table.length - 1);
      while (table[at] != 0 && !found.get(table[at] - 1).is(f, a, b)) {
        at = (at + 1) & (table.length - 1);
      }
      if (table[at] == 0) {
        cells.set(f, a, b);
        found.add(new Kind(f, a, b, partition.model.observer(cells)));
        table[at] = found.size();
      }
      kindOf[row] = table[at] - 1;
    }
    return found.toArray(new Kind[0]);
  }

  private int mostOpen() {
    int open = 0;
    int most = 0;
    for (int event : events) {
      if (event >= 0) {
        int row = event >> 1;
        if ((event & 1) == 1) {
          open--;
        } else if (partition.completed(row)) {
          most = Math.max(most, ++open);
        }
      }
    }
    return most;
  }

  private Decision run() {
    Arrays.fill(scratch, 0);
    frontier.add(automaton.initial(), scratch, UsageVectors.NONE);
    for (int row = 0; row < partition.size; row++) {
      if (partition.call[row] == Partition.ALWAYS) {
        crashed(row);
      }
    }
    for (int position = 0; position < events.length; position++) {
      int event = events[position];
      if (event < 0) {
        continue;
      }
      int row = event >> 1;
      if ((event & 1) == 0) {
        if (partition.completed(row)) {
          open(row);
        } else {
          crashed(row);
        }
      } else {
        if (foresight) {
          automaton.advance(position);
        }
        if (!complete(row)) {
          return failure(row, position);
        }
      }
    }
    return Decision.pass(NAME);
  }

  private void open(int row) {
    int slot = freeSlots[--freeCount];
    int kind = kindOf[row];
    slotOf[row] = slot;
    slotRow[slot] = row;
    slotKind[slot] = kind;
    if (kinds[kind].observer()) {
      liveObservers[slot >> 6] |= 1L << slot;
      return;
    }
    int at = liveEffectCount++;
    while (at > 0 && comesAfter(liveEffects[at - 1], kind, partition.ret[row])) {
      liveEffects[at] = liveEffects[at - 1];
      at--;
    }
    liveEffects[at] = slot;
  }

  private boolean comesAfter(int slot, int kind, int ret) {
    int other = slotKind[slot];
    return other != kind ? other > kind : partition.ret[slotRow[slot]] > ret;
  }

  private void crashed(int row) {
    int kind = kindOf[row];
    if (kinds[kind].observer()) {
      return;
    }
    Integer index = crashedIndex.putIfAbsent(kind, crashedKindCount);
    if (index == null) {
      if (crashedKindCount == crashedKinds.length) {
        crashedKinds = Arrays.copyOf(crashedKinds, crashedKindCount * 2);
        crashedAvailable = Arrays.copyOf(crashedAvailable, crashedKindCount * 2);
      }
      index = crashedKindCount++;
      crashedKinds[index] = kind;
      crashedAvailable[index] = 0;
    }
    crashedAvailable[index]++;
  }

  private void close(int slot) {
    freeSlots[freeCount++] = slot;
    if (kinds[slotKind[slot]].observer()) {
      liveObservers[slot >> 6] &= ~(1L << slot);
      return;
    }
    int at = 0;
    while (liveEffects[at] != slot) {
      at++;
    }
    System.arraycopy(liveEffects, at + 1, liveEffects, at, --liveEffectCount - at);
  }

  /** Moves the frontier over a completion; false if nothing is left of it. */
  private boolean complete(int row) {
    int slot = slotOf[row];
    seen.clear();
    after.clear();
    for (int i = 0; i < frontier.count(); i++) {
      if (frontier.alive(i)) {
        countStep();
        frontier.copyWords(i, scratch);
        reach(frontier.state(i), frontier.usage(i), slot);
      }
    }
    for (int i = 0; i < seen.count(); i++) {
      if (seen.alive(i)) {
        expand(i, slot);
      }
    }
    if (after.isEmpty()) {
      return false;
    }
    close(slot);
    ConfigurationSet old = frontier;
    frontier = after;
    after = old;
    return true;
  }

  private void countStep() {
    if (++steps % STEPS_BETWEEN_CHECKS == 0) {
      limits.checkTime();
    }
  }

  /** Takes a configuration whose set of operations is in {@code scratch}. */
  private void reach(int state, int usage, int slot) {
    for (int word = 0; word < words; word++) {
      long candidates = liveObservers[word] & ~scratch[word];
      while (candidates != 0) {
        int bit = Long.numberOfTrailingZeros(candidates);
        candidates &= candidates - 1;
        Kind kind = kinds[slotKind[(word << 6) + bit]];
        if (automaton.next(state, kind, 0) == state) {
          scratch[word] |= 1L << bit;
        }
      }
    }
    if ((scratch[slot >> 6] & (1L << slot)) != 0) {
      scratch[slot >> 6] &= ~(1L << slot);
      after.add(state, scratch, usage);
    } else {
      seen.add(state, scratch, usage);
    }
  }

  private void expand(int index, int slot) {
    countStep();
    expansions++;
    int state = seen.state(index);
    int usage = seen.usage(index);
    seen.copyWords(index, scratchObserved);
    int lastKind = -1;
    for (int i = 0; i < liveEffectCount; i++) {
      int other = liveEffects[i];
      int kind = slotKind[other];
      if (kind == lastKind || (scratchObserved[other >> 6] & (1L << other)) != 0) {
        continue;
      }
      lastKind = kind;
      triedIn[kind] = expansions;
      int next;
      for (int n = 0; (next = automaton.next(state, kinds[kind], n)) >= 0; n++) {
        System.arraycopy(scratchObserved, 0, scratch, 0, words);
        scratch[other >> 6] |= 1L << other;
        reach(next, usage, slot);
      }
    }
    for (int i = 0; i < crashedKindCount; i++) {
      int kind = crashedKinds[i];
      if (triedIn[kind] == expansions || usages.count(usage, kind) >= crashedAvailable[i]) {
        continue;
      }
      int next;
      for (int n = 0; (next = automaton.next(state, kinds[kind], n)) >= 0; n++) {
        if (next != state) {
          System.arraycopy(scratchObserved, 0, scratch, 0, words);
          reach(next, usages.plus(usage, kind), slot);
        }
      }
    }
  }

  private Decision failure(int row, int position) {
    List<Configuration> configurations = new ArrayList<>();
    for (int i = 0; i < frontier.count() && configurations.size() < MOST_CONFIGURATIONS; i++) {
      if (frontier.alive(i)) {
        configurations.add(configuration(i));
      }
    }
    return new Decision(
        Verdict.FAIL,
        NAME,
        "no order of the operations explains this completion",
        List.of(row),
        position,
        configurations);
  }

  private Configuration configuration(int index) {
    frontier.copyWords(index, scratch);
    List<Integer> tookEffect = new ArrayList<>();
    for (int slot = 0; slot < slotRow.length; slot++) {
      if ((scratch[slot >> 6] & (1L << slot)) != 0) {
        tookEffect.add(partition.originOf(slotRow[slot]));
      }
    }
    return new Configuration(automaton.show(frontier.state(index)), tookEffect);
  }
}
