package org.ordeal.workloads.recorder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Name and place of one segment.
 *
 * @param path the file
 * @param incarnation which life of the client node wrote it, from 0
 * @param number its place in that life's log, from 0
 */
record SegmentFile(Path path, int incarnation, int number) {

  static final int HEADER_BYTES = 64;
  static final long MAGIC = 0x4f5244_45414c4f50L;
  static final int VERSION = 1;
  private static final Pattern NAME = Pattern.compile("operations\\.(\\d+)\\.(\\d+)\\.log");

  static SegmentFile of(Path directory, int incarnation, int number) {
    return new SegmentFile(
        directory.resolve("operations.%03d.%05d.log".formatted(incarnation, number)),
        incarnation,
        number);
  }

  /** The segments in a client node's directory, in the order in which they were begun. */
  static List<SegmentFile> in(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .flatMap(
              path -> {
                Matcher name = NAME.matcher(path.getFileName().toString());
                return name.matches()
                    ? Stream.of(
                        new SegmentFile(
                            path, Integer.parseInt(name.group(1)), Integer.parseInt(name.group(2))))
                    : Stream.empty();
              })
          .sorted(
              Comparator.comparingInt(SegmentFile::incarnation)
                  .thenComparingInt(SegmentFile::number))
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
