package org.ordeal.runner.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.ordeal.history.Schedule;
import org.ordeal.runner.UsageException;

/** {@code schedule.json} and {@code executed.json}: a schedule as indented JSON. */
public final class ScheduleFile {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .build();

  private ScheduleFile() {}

  /** The schedule as text; equal schedules give equal text. */
  public static String text(Schedule schedule) {
    try {
      return JSON.writeValueAsString(schedule) + "\n";
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /**
   * Reads a schedule.
   *
   * @throws UsageException where there is no such file, or it is none
   */
  public static Schedule read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException missing) {
      throw new UsageException("There is no schedule at %s.".formatted(file), missing);
    } catch (IOException unreadable) {
      throw new UsageException(
          "The schedule %s cannot be read: %s.".formatted(file, unreadable.getMessage()),
          unreadable);
    }
    try {
      Schedule schedule = JSON.readValue(text, Schedule.class);
      if (schedule != null && schedule.faults().stream().anyMatch(ScheduleFile::incomplete)) {
        throw new UsageException(
            "%s is no schedule as executed.json has it: a fault lacks its name or its target."
                .formatted(file));
      }
      if (schedule == null || schedule.durationMillis() <= 0) {
        throw new UsageException(
            "The schedule %s gives no positive durationMillis.".formatted(file));
      }
      return schedule;
    } catch (ValueInstantiationException incomplete) {
      throw new UsageException(
          "%s:%d is no schedule as executed.json has it: faults, nodes and attributes must be there, none of them null."
              .formatted(file, line(incomplete)),
          incomplete);
    } catch (JsonProcessingException corrupt) {
      throw new UsageException(
          "%s:%d is no schedule as executed.json has it: %s"
              .formatted(file, line(corrupt), corrupt.getOriginalMessage()),
          corrupt);
    }
  }

  private static int line(JsonProcessingException corrupt) {
    return corrupt.getLocation() == null ? 0 : corrupt.getLocation().getLineNr();
  }

  /** What JSON may leave out, whatever the record's types say. */
  @SuppressWarnings("NullAway")
  private static boolean incomplete(Schedule.Entry entry) {
    return Objects.isNull(entry.fault()) || Objects.isNull(entry.target());
  }
}
