package org.ordeal.runner.cluster;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The last lines of what a node said: its console, and where that is short, its newest log files.
 */
public final class LogTail {

  /** File in a node's directory that takes standard output and standard error. */
  public static final String CONSOLE = "console.log";

  private static final int MOST_BYTES = 64 << 10;
  private static final int DEPTH = 4;

  private LogTail() {}

  /** At most so many lines, each file's oldest first. */
  public static List<String> of(Path directory, int atMost) {
    List<String> lines = new ArrayList<>(tail(directory.resolve(CONSOLE), atMost));
    try (Stream<Path> files = Files.walk(directory.resolve("logs"), DEPTH)) {
      List<Path> newestFirst =
          files
              .filter(file -> file.toString().endsWith(".log"))
              .sorted(Comparator.comparing(LogTail::modified).reversed())
              .toList();
      for (Path file : newestFirst) {
        int room = atMost - lines.size();
        if (room <= 0) {
          break;
        }
        lines.addAll(tail(file, room));
      }
    } catch (IOException e) {
      // It has not logged anything.
    }
    return lines;
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  private static List<String> tail(Path file, int atMost) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(0, in.length() - MOST_BYTES);
      byte[] bytes = new byte[(int) (in.length() - from)];
      in.seek(from);
      in.readFully(bytes);
      List<String> lines =
          new String(bytes, StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      return lines.subList(Math.max(0, lines.size() - atMost), lines.size());
    } catch (IOException e) {
      return List.of();
    }
  }
}
