package org.ordeal.faults.toxiproxy;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One toxic of one proxy.
 *
 * <p>Identity matters: a stage on a link belongs to one toxic object for as long as both live,
 * while the toxic's settings may change. Settings are replaced as a whole, under the lock of the
 * {@link ToxicCollection}, and read by event loops.
 */
final class Toxic {
  private final String name;
  private final ToxicType type;
  private final String stream;
  private final Direction direction;
  private volatile Settings settings;

  Toxic(String name, ToxicType type, String stream, Direction direction, Settings settings) {
    this.name = name;
    this.type = type;
    this.stream = stream;
    this.direction = direction;
    this.settings = settings;
  }

  /**
   * What can be changed on a toxic.
   *
   * @param toxicity the share of connections it acts on, from 0 to 1
   * @param attributes values in the order of {@link ToxicType#attributes()}; not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never handed out
  record Settings(float toxicity, long[] attributes) {}

  String name() {
    return name;
  }

  ToxicType type() {
    return type;
  }

  Direction direction() {
    return direction;
  }

  Settings settings() {
    return settings;
  }

  void change(Settings changed) {
    settings = changed;
  }

  /** What a stage of this toxic does: the toxic's thing, or nothing where chance spares it. */
  StageBehaviour roll(ToxicStage stage) {
    Settings current = settings;
    return ThreadLocalRandom.current().nextFloat() < current.toxicity()
        ? type.behave(stage, current.attributes())
        : new StageBehaviour(stage);
  }

  void write(JsonText out) {
    Settings current = settings;
    out.raw("{\"attributes\":{");
    List<String> names = type.attributes();
    for (int i = 0; i < names.size(); i++) {
      if (i > 0) {
        out.comma();
      }
      out.field(names.get(i)).number(current.attributes()[i]);
    }
    out.raw("},").field("name").string(name);
    out.comma().field("type").string(type.label());
    out.comma().field("stream").string(stream);
    out.comma().field("toxicity").number(current.toxicity()).raw("}");
  }
}
