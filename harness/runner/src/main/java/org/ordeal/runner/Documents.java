package org.ordeal.runner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Reads and writes the JSON documents of run directories. A document is there whole or not at all:
 * it is written beside its place and moved. Safe for use by several threads, not on one file.
 */
public final class Documents {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .build();

  private Documents() {}

  /** A document as indented text; maps in order of their keys. */
  public static String text(Object document) {
    try {
      return JSON.writeValueAsString(document);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Writes a document. */
  public static void write(Path file, Object document) throws IOException {
    writeText(file, text(document) + "\n");
  }

  /** Writes a text in the way of a document. */
  public static void writeText(Path file, String text) throws IOException {
    Path beside = file.resolveSibling("." + file.getFileName() + ".part");
    Files.writeString(beside, text);
    try {
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Reads a document.
   *
   * @throws UsageException where it is missing, unreadable or corrupt
   */
  public static <T> T read(Path file, Class<T> type) {
    try {
      T document = JSON.readValue(Files.readAllBytes(file), type);
      if (document == null) {
        throw new UsageException("%s holds null, not a document.".formatted(file));
      }
      return document;
    } catch (NoSuchFileException missing) {
      throw new UsageException("There is no %s.".formatted(file), missing);
    } catch (JsonProcessingException corrupt) {
      int line = corrupt.getLocation() == null ? 0 : corrupt.getLocation().getLineNr();
      throw new UsageException(
          "%s:%d is corrupt: %s".formatted(file, line, corrupt.getOriginalMessage()), corrupt);
    } catch (IOException unreadable) {
      throw new UsageException(
          "%s cannot be read: %s".formatted(file, unreadable.getMessage()), unreadable);
    }
  }
}
