package org.ordeal.checks.linearizability;

import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The models by name: those of Ordeal, and those that other jars bring. */
public final class Models {

  private static final Set<String> BUILT_IN =
      Set.of(
          "register",
          "cas-register",
          "cas-register-strict",
          "mutex",
          "kv-append",
          "fifo-queue",
          "unordered-queue",
          "log");

  private Models() {}

  /** All names, in alphabetical order. */
  public static Set<String> names() {
    Set<String> names = new TreeSet<>(BUILT_IN);
    for (SequentialModel model : ServiceLoader.load(SequentialModel.class)) {
      names.add(model.name());
    }
    return names;
  }

  /**
   * Finds a model.
   *
   * @param initial the value that a register holds, or the offset at which a log begins, before the
   *     first operation; null for none, or 0
   * @throws IllegalArgumentException if there is no such model, or it has no such initial value
   */
  static ObjectModel find(String name, @Nullable Object initial) {
    ObjectModel model =
        switch (name) {
          case "register" -> new RegisterModel(name, false, false, initial);
          case "cas-register" -> new RegisterModel(name, true, false, initial);
          case "cas-register-strict" -> new RegisterModel(name, true, true, initial);
          case "log" -> new LogModel(base(initial));
          case "mutex" -> withoutInitial(new MutexModel(), initial);
          case "kv-append" -> withoutInitial(new KvAppendModel(), initial);
          case "fifo-queue" -> withoutInitial(new QueueModel(name, true), initial);
          case "unordered-queue" -> withoutInitial(new QueueModel(name, false), initial);
          default -> null;
        };
    if (model != null) {
      return model;
    }
    for (SequentialModel candidate : ServiceLoader.load(SequentialModel.class)) {
      if (candidate.name().equals(name)) {
        return withoutInitial(new UserModel(candidate), initial);
      }
    }
    throw new IllegalArgumentException(
        "there is no model " + name + "; there are " + String.join(", ", names()));
  }

  private static long base(@Nullable Object initial) {
    if (initial == null) {
      return 0;
    }
    if (initial instanceof Long offset && offset >= 0) {
      return offset;
    }
    throw new IllegalArgumentException(
        "the initial value of a log is the offset at which it begins, not " + initial);
  }

  private static ObjectModel withoutInitial(ObjectModel model, @Nullable Object initial) {
    if (initial != null) {
      throw new IllegalArgumentException("model " + model.name() + " takes no initial value");
    }
    return model;
  }
}
