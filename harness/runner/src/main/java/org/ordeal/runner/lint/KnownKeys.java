package org.ordeal.runner.lint;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ordeal.runner.lint.PropertyFile.Kind;

/** The keys that RocketMQ knows, by kind of file, with the type of each. Immutable. */
final class KnownKeys {

  /** What a value must parse as. */
  enum Type {
    BOOLEAN,
    INTEGER,
    DECIMAL,
    TEXT
  }

  private final Map<Kind, Map<String, Type>> types;

  private KnownKeys(Map<Kind, Map<String, Type>> types) {
    this.types = types;
  }

  /** Reads the table that is part of this package. */
  static KnownKeys load() {
    Map<Kind, Map<String, Type>> types = new HashMap<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(KnownKeys.class.getResourceAsStream("keys.tsv")),
                StandardCharsets.UTF_8))) {
      reader
          .lines()
          .filter(line -> !line.startsWith("#") && !line.isBlank())
          .map(line -> line.split("\t", -1))
          .forEach(
              row ->
                  types
                      .computeIfAbsent(
                          Kind.valueOf(row[1].toUpperCase(Locale.ROOT)), k -> new HashMap<>())
                      .put(row[0], Type.valueOf(row[2].toUpperCase(Locale.ROOT))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new KnownKeys(types);
  }

  /** The type of a key, or null where RocketMQ does not know it. */
  @Nullable Type type(Kind kind, String key) {
    return types.getOrDefault(kind, Map.of()).get(key);
  }

  /** Every key of a kind of file. */
  Set<String> names(Kind kind) {
    return types.getOrDefault(kind, Map.of()).keySet();
  }
}
