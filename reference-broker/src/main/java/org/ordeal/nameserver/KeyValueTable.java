package org.ordeal.nameserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Bodies;

/**
 * Operators' settings by namespace and key, kept in a JSON file as Apache's NameServer keeps them.
 * A change is on disk (written aside, forced, renamed, directory forced) before it is answered.
 * Thread-safe.
 */
final class KeyValueTable {
  static final String ORDER_TOPICS = "ORDER_TOPIC_CONFIG";

  private final Path file;
  private final Map<String, TreeMap<String, String>> namespaces = new TreeMap<>();

  /**
   * @throws IOException when the file is there but cannot be read
   */
  KeyValueTable(Path file) throws IOException {
    this.file = file;
    try {
      var tree = Bodies.read(Files.readAllBytes(file));
      for (var namespace : tree.path("configTable").properties()) {
        var values = new TreeMap<String, String>();
        namespace
            .getValue()
            .properties()
            .forEach(e -> values.put(e.getKey(), e.getValue().asText()));
        namespaces.put(namespace.getKey(), values);
      }
    } catch (NoSuchFileException e) {
      // Nothing was ever set.
    } catch (BadRequestException e) {
      throw new IOException(
          "The key-value file " + file + " cannot be read: " + e.sentence() + " Mend or remove it.",
          e);
    }
  }

  synchronized @Nullable String get(String namespace, String key) {
    var values = namespaces.get(namespace);
    return values == null ? null : values.get(key);
  }

  synchronized void put(String namespace, String key, String value) throws IOException {
    namespaces.computeIfAbsent(namespace, _ -> new TreeMap<>()).put(key, value);
    save();
  }

  synchronized void delete(String namespace, String key) throws IOException {
    var values = namespaces.get(namespace);
    if (values != null && values.remove(key) != null) {
      save();
    }
  }

  /** {@code {"table":{..}}} of a namespace, null where nothing was set. */
  synchronized @Nullable ObjectNode namespace(String namespace) {
    var values = namespaces.get(namespace);
    if (values == null) {
      return null;
    }
    var node = Bodies.object();
    var table = node.putObject("table");
    values.forEach(table::put);
    return node;
  }

  private void save() throws IOException {
    var tree = Bodies.object();
    var table = tree.putObject("configTable");
    namespaces.forEach((name, values) -> values.forEach(table.withObject("/" + escape(name))::put));
    var directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException("The key-value file " + file + " has no directory.");
    }
    Files.createDirectories(directory);
    var aside = directory.resolve(file.getFileName() + ".new");
    Files.write(aside, Bodies.write(tree));
    try (var channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static String escape(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
