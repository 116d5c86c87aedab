package org.ordeal.settings;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One property file, whose keys are asked for one by one.
 *
 * <p>Getters note what is wrong and go on with the default, so that {@link #finish} can tell all
 * errors at once. Not thread-safe.
 */
public final class PropertyFile {
  /** A key's value and where it stands: {@code FILE:LINE}, or another name of the place. */
  private record Entry(String place, String value) {}

  private final String name;
  private final Map<String, Entry> entries;
  private final Map<String, String> effective = new TreeMap<>();
  private final List<String> errors = new ArrayList<>();

  private PropertyFile(String name, Map<String, Entry> entries) {
    this.name = name;
    this.entries = entries;
  }

  /** A file without entries. */
  public static PropertyFile empty() {
    return new PropertyFile("(no file)", Map.of());
  }

  /**
   * Reads a file in the format of {@link Properties}, in Latin-1 as {@code Properties} does.
   *
   * @throws SettingsException when it cannot be read
   */
  public static PropertyFile read(Path file) throws SettingsException {
    try {
      return parse(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      throw new SettingsException("The configuration file " + file + " does not exist.");
    } catch (IOException e) {
      throw new SettingsException("The configuration file " + file + " cannot be read: " + e);
    }
  }

  /**
   * This file with other values for some keys, which win over its own.
   *
   * @param place where they are from, for error messages
   */
  public PropertyFile overruledBy(String place, Map<String, String> values) {
    var merged = new LinkedHashMap<>(entries);
    values.forEach((key, value) -> merged.put(key, new Entry(place, value)));
    return new PropertyFile(name, merged);
  }

  /**
   * This file with values for keys that it does not have.
   *
   * @param place where they are from, for error messages
   */
  public PropertyFile completedBy(String place, Map<String, String> values) {
    var merged = new LinkedHashMap<>(entries);
    values.forEach((key, value) -> merged.putIfAbsent(key, new Entry(place, value)));
    return new PropertyFile(name, merged);
  }

  static PropertyFile parse(String name, String text) throws SettingsException {
    var entries = new LinkedHashMap<String, Entry>();
    var lines = text.split("\r\n|\n|\r", -1);
    for (int i = 0; i < lines.length; i++) {
      int first = i + 1;
      var logical = new StringBuilder(lines[i]);
      while (!isComment(logical) && continues(logical) && i + 1 < lines.length) {
        logical.append('\n').append(lines[++i]);
      }
      var one = new Properties();
      try {
        one.load(new StringReader(logical.toString()));
      } catch (IOException | IllegalArgumentException e) {
        throw new SettingsException(
            name + ":" + first + ": the line cannot be read: " + e.getMessage());
      }
      for (var key : one.stringPropertyNames()) {
        entries.put(key, new Entry(name + ":" + first, one.getProperty(key)));
      }
    }
    return new PropertyFile(name, entries);
  }

  private static boolean isComment(CharSequence line) {
    var stripped = line.toString().stripLeading();
    return stripped.startsWith("#") || stripped.startsWith("!");
  }

  private static boolean continues(CharSequence line) {
    int slashes = 0;
    while (slashes < line.length() && line.charAt(line.length() - 1 - slashes) == '\\') {
      slashes++;
    }
    return slashes % 2 == 1;
  }

  public String name() {
    return name;
  }

  public boolean has(String key) {
    return entries.containsKey(key);
  }

  public @Nullable String text(String key) {
    var entry = entries.get(key);
    if (entry == null) {
      return null;
    }
    var value = entry.value();
    if (!value.equals(value.strip())) {
      error(key, "ends with blanks, which property files keep as part of the value: remove them");
    } else if (value.contains(" #") || value.contains("\t#")) {
      error(
          key,
          "has a comment behind the value. Property files know comments at the start of a line"
              + " only, so all of it is the value: move the comment to a line of its own");
    }
    effective.put(key, value.strip());
    return value.strip();
  }

  public String text(String key, String otherwise) {
    var value = text(key);
    if (value == null) {
      effective.put(key, otherwise);
      return otherwise;
    }
    return value;
  }

  public int number(String key, int otherwise, int least, int most) {
    return (int) large(key, otherwise, least, most);
  }

  public long large(String key, long otherwise, long least, long most) {
    var value = text(key);
    if (value == null) {
      effective.put(key, Long.toString(otherwise));
      return otherwise;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, with the bounds
    }
    if (errorsOf(key).isEmpty()) {
      error(key, "must be a whole number from " + least + " to " + most);
    }
    return otherwise;
  }

  public boolean flag(String key, boolean otherwise) {
    var value = text(key);
    if (value == null) {
      effective.put(key, Boolean.toString(otherwise));
      return otherwise;
    }
    if (!value.equals("true") && !value.equals("false") && errorsOf(key).isEmpty()) {
      error(key, "must be true or false");
    }
    return value.equals("true");
  }

  public <E extends Enum<E>> E choice(String key, E otherwise) {
    var value = text(key);
    if (value == null) {
      effective.put(key, otherwise.name());
      return otherwise;
    }
    for (var each : otherwise.getDeclaringClass().getEnumConstants()) {
      if (each.name().equals(value)) {
        return each;
      }
    }
    if (errorsOf(key).isEmpty()) {
      error(key, "must be one of " + List.of(otherwise.getDeclaringClass().getEnumConstants()));
    }
    return otherwise;
  }

  /** Notes that a key's value cannot be used; {@code problem} goes on after the value. */
  public void error(String key, String problem) {
    var entry = entries.get(key);
    errors.add(
        entry == null
            ? name + ": " + key + " is missing; it " + problem + "."
            : entry.place() + ": " + key + "=\"" + entry.value() + "\" " + problem + ".");
  }

  private List<String> errorsOf(String key) {
    return errors.stream().filter(each -> each.contains(": " + key + "=")).toList();
  }

  /**
   * Ends the reading.
   *
   * @return one sentence for each key that nobody asked for
   * @throws SettingsException with all that was wrong
   */
  public List<String> finish() throws SettingsException {
    if (!errors.isEmpty()) {
      throw new SettingsException(String.join("\n", errors));
    }
    var unserved = new ArrayList<String>();
    entries.forEach(
        (key, entry) -> {
          if (!effective.containsKey(key)) {
            unserved.add(
                entry.place()
                    + ": "
                    + key
                    + " is not served here and has no effect (value \""
                    + entry.value()
                    + "\").");
          }
        });
    return unserved;
  }

  /** Each key that was asked for, with the value in force. */
  public Map<String, String> effective() {
    return Map.copyOf(effective);
  }
}
