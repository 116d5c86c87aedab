package org.ordeal.runner.lint;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A property file with its line numbers, read as {@link Properties} reads it. Immutable.
 *
 * @param name the file as it was named
 * @param entries in file order; a key may occur more than once, the last one counts
 * @param comments comment lines, with their numbers
 */
record PropertyFile(String name, List<Entry> entries, List<Comment> comments) {

  PropertyFile {
    entries = List.copyOf(entries);
    comments = List.copyOf(comments);
  }

  /**
   * One key and its value, trailing blanks included.
   *
   * @param line number of the first line, from 1
   */
  record Entry(int line, String key, String value) {}

  /** One comment line without its mark. */
  record Comment(int line, String text) {}

  /** What a file is for. */
  enum Kind {
    BROKER,
    NAMESRV
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if an escape in it is malformed; the message names the line
   */
  static PropertyFile read(Path path) throws IOException {
    return parse(path.toString(), Files.readString(path, StandardCharsets.UTF_8));
  }

  static PropertyFile parse(String name, String text) {
    List<Entry> entries = new ArrayList<>();
    List<Comment> comments = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      int first = i;
      String line = lines.get(i).stripLeading();
      if (line.isEmpty()) {
        continue;
      }
      if (line.charAt(0) == '#' || line.charAt(0) == '!') {
        comments.add(new Comment(first + 1, line.substring(1).strip()));
        continue;
      }
      StringBuilder logical = new StringBuilder(line);
      while (continues(logical) && i + 1 < lines.size()) {
        logical.setLength(logical.length() - 1);
        logical.append(lines.get(++i).stripLeading());
      }
      entry(name, first + 1, logical.toString()).ifPresent(entries::add);
    }
    return new PropertyFile(name, entries, comments);
  }

  private static boolean continues(CharSequence line) {
    int backslashes = 0;
    for (int i = line.length() - 1; i >= 0 && line.charAt(i) == '\\'; i--) {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  /** Leaves separators and escapes of one logical line to {@link Properties} itself. */
  private static Optional<Entry> entry(String name, int line, String logical) {
    Properties one = new Properties();
    try {
      one.load(new StringReader(logical));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s:%d: %s RocketMQ would not start with this file."
              .formatted(name, line, e.getMessage()),
          e);
    }
    return one.stringPropertyNames().stream()
        .findFirst()
        .map(key -> new Entry(line, key, one.getProperty(key)));
  }

  /** The entry that counts for a key: its last one. */
  @Nullable Entry get(String key) {
    Entry found = null;
    for (Entry entry : entries) {
      if (entry.key().equals(key)) {
        found = entry;
      }
    }
    return found;
  }

  /** The value that counts for a key, as RocketMQ reads it, or the default. */
  String value(String key, String otherwise) {
    Entry entry = get(key);
    return entry == null ? otherwise : entry.value();
  }

  /** Whether RocketMQ reads a key as true: only exactly {@code true}, in any case. */
  boolean isTrue(String key) {
    return Boolean.parseBoolean(value(key, "false"));
  }

  /** A broker's file has a broker's keys; anything else is taken for a NameServer's. */
  Kind kind() {
    return entries.stream()
            .map(Entry::key)
            .anyMatch(
                key ->
                    key.startsWith("broker")
                        || key.startsWith("dLeger")
                        || key.startsWith("storePath")
                        || key.equals("namesrvAddr")
                        || key.equals("flushDiskType")
                        || key.equals("enableDLegerCommitLog"))
        ? Kind.BROKER
        : Kind.NAMESRV;
  }
}
