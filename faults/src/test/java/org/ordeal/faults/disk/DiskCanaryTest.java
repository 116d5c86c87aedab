package org.ordeal.faults.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The canary: quiet on sound disks, and not to be fooled by those that are not. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiskCanaryTest {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  @TempDir static Path directory;
  private static DiskDaemon daemon;
  private static DiskControl control;
  private final List<String> created = new ArrayList<>();

  @BeforeAll
  static void startDaemon() throws IOException {
    daemon = DaemonOrSkip.start(directory);
    control = daemon.control();
  }

  @AfterAll
  static void stopDaemon() {
    if (daemon != null) {
      daemon.close();
    }
  }

  @AfterEach
  void unmount() throws DiskException {
    for (String disk : created) {
      control.unmount(disk);
    }
  }

  /** Mounts a disk that writes nothing back by itself, or what {@code policy} says. */
  private DiskOptions mount(WriteBackPolicy policy) throws DiskException {
    String name = "c" + NUMBERS.incrementAndGet();
    DiskOptions options =
        DiskOptions.of(name, directory.resolve(name + ".durable"), directory.resolve(name))
            .withWriteBack(policy)
            .withHostSync(false);
    control.create(options);
    created.add(name);
    return options;
  }

  private static WriteBackPolicy never(MetadataMode mode) {
    return new WriteBackPolicy(mode, -1, -1);
  }

  private static List<String> sentences(List<DiskCanary> canaries) {
    return canaries.stream()
        .flatMap(canary -> canary.observations().stream())
        .filter(seen -> !seen.expected())
        .map(DiskCanary.Observation::sentence)
        .toList();
  }

  /** The daemon's control, but for what {@code instead} answers. */
  private static DiskControl fooled(BiFunction<String, Object[], @Nullable Object> instead) {
    return (DiskControl)
        Proxy.newProxyInstance(
            DiskControl.class.getClassLoader(),
            new Class<?>[] {DiskControl.class},
            (_, method, arguments) -> {
              Object answer = arguments == null ? null : instead.apply(method.getName(), arguments);
              if (answer != null) {
                return answer;
              }
              try {
                return method.invoke(control, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }

  @Test
  void shouldTrustADiskOfEachMetadataMode() throws IOException {
    for (MetadataMode mode : MetadataMode.values()) {
      DiskOptions options = mount(never(mode));
      List<DiskCanary> canaries = DiskCanary.prove(control, List.of(options.name()));
      assertThat(canaries).singleElement().matches(DiskCanary::trusted, sentences(canaries) + "");
      assertThat(canaries.getFirst().observations())
          .anyMatch(seen -> seen.sentence().contains("made and not synced is gone on the disk"));
      assertThat(options.mountPoint()).isEmptyDirectory();
    }
  }

  @Test
  void shouldTrustSeveralDisksOneByOneAndAllAtOnce() throws IOException {
    List<String> disks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      disks.add(mount(never(MetadataMode.EXT4)).name());
    }
    List<DiskCanary> canaries = DiskCanary.prove(control, disks);
    assertThat(sentences(canaries)).isEmpty();
    assertThat(canaries)
        .extracting(DiskCanary::disks)
        .containsExactly(
            List.of(disks.get(0)), List.of(disks.get(1)), List.of(disks.get(2)), disks);
    assertThat(canaries.getLast().observations())
        .anyMatch(seen -> seen.sentence().contains("began after one had failed on another"));
    assertThat(directory.resolve(disks.getFirst())).isEmptyDirectory();
  }

  @Test
  void shouldNotTrustADiskOnWhichUnforcedPagesSurvive() throws IOException {
    DiskOptions options = mount(new WriteBackPolicy(MetadataMode.EXT4, 0, 0));
    assertThat(sentences(DiskCanary.prove(control, List.of(options.name()))))
        .anyMatch(sentence -> sentence.contains("later than its write-back by age"));
  }

  @Test
  void shouldNotTrustADiskThatCommitsNamesEarlierThanItSays() throws IOException {
    DiskOptions options = mount(new WriteBackPolicy(MetadataMode.EXT4, -1, 100));
    Path name = options.backing().resolve(CanaryTrial.DIRECTORY).resolve("named-unforced");
    DiskControl boasting =
        fooled(
            (method, arguments) -> {
              if (method.equals("powerLoss")) {
                await().until(() -> Files.exists(name));
              }
              return method.equals("disk") ? told(options.name(), options.withAges(-1, -1)) : null;
            });
    List<DiskCanary> canaries = DiskCanary.prove(boasting, List.of(options.name()));
    assertThat(canaries).noneMatch(DiskCanary::trusted);
    assertThat(sentences(canaries)).isNotEmpty().allMatch(s -> s.contains("not synced survived"));
  }

  private static DiskInfo told(String disk, DiskOptions options) {
    try {
      DiskInfo info = control.disk(disk);
      return new DiskInfo(options, info.epoch(), info.linkTarget(), info.toxics());
    } catch (DiskException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The disk's own control, which stands still before it cuts until the disk has written back. */
  private static DiskControl sluggish(DiskOptions options, int times, Runnable afterwards) {
    Path name = options.backing().resolve(CanaryTrial.DIRECTORY).resolve("named-unforced");
    AtomicInteger cuts = new AtomicInteger();
    return fooled(
        (method, arguments) -> {
          if (!method.equals("powerLoss") || cuts.incrementAndGet() > times) {
            return null;
          }
          await().until(() -> Files.exists(name));
          try {
            PowerLossReport report = control.powerLoss((PowerLoss) arguments[0]);
            afterwards.run();
            return report;
          } catch (DiskException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void shouldTryAgainWhereTheMachineStoodStill() throws IOException {
    DiskOptions options = mount(new WriteBackPolicy(MetadataMode.EXT4, -1, 3_000));
    List<DiskCanary> canaries =
        DiskCanary.prove(sluggish(options, 1, () -> {}), List.of(options.name()));
    assertThat(canaries).singleElement().matches(DiskCanary::trusted, sentences(canaries) + "");
  }

  @Test
  void shouldNotTrustADiskOnAMachineThatStandsStillEachTime() throws IOException {
    DiskOptions options = mount(new WriteBackPolicy(MetadataMode.EXT4, -1, 1_000));
    List<DiskCanary> canaries =
        DiskCanary.prove(sluggish(options, Integer.MAX_VALUE, () -> {}), List.of(options.name()));
    assertThat(sentences(canaries)).anyMatch(s -> s.contains("this proves nothing"));
  }

  @Test
  void shouldNotForgiveADiskThatForgetsForBeingLateAsWell() throws IOException {
    DiskOptions options = mount(new WriteBackPolicy(MetadataMode.EXT4, -1, 1_000));
    Path forced = options.backing().resolve(CanaryTrial.DIRECTORY).resolve("written-forced");
    Runnable forgets =
        () -> {
          try {
            Files.write(forced, new byte[8192]);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    List<DiskCanary> canaries =
        DiskCanary.prove(sluggish(options, 1, forgets), List.of(options.name()));
    assertThat(sentences(canaries))
        .anyMatch(
            s -> s.contains("first page of the written forced file") && s.contains("is gone"));
  }

  @Test
  void shouldSayThatYoungNamesWereNotTriedWhereTheyAreCommittedAtOnce() throws IOException {
    DiskOptions options = mount(new WriteBackPolicy(MetadataMode.EXT4, -1, 100));
    List<DiskCanary> canaries = DiskCanary.prove(control, List.of(options.name()));
    assertThat(canaries).allMatch(DiskCanary::trusted, sentences(canaries) + "");
    assertThat(canaries.getFirst().observations())
        .anyMatch(seen -> seen.sentence().contains("was not tried"));
  }

  @Test
  void shouldNotTrustACutThatTakesOneDiskAfterTheOther() throws IOException {
    String first = mount(never(MetadataMode.EXT4)).name();
    String second = mount(never(MetadataMode.EXT4)).name();
    DiskControl slow =
        fooled(
            (method, arguments) ->
                method.equals("powerLoss") && ((PowerLoss) arguments[0]).disks().size() > 1
                    ? oneByOne((PowerLoss) arguments[0])
                    : null);
    List<DiskCanary> canaries = DiskCanary.prove(slow, List.of(first, second));
    assertThat(canaries.subList(0, 2)).allMatch(DiskCanary::trusted);
    assertThat(canaries.getLast().trusted()).isFalse();
    assertThat(sentences(canaries)).anyMatch(s -> s.contains("the cut was not one instant"));
  }

  /**
   * Cuts one disk, and the next when the writer of the first knows and that of the next goes on.
   */
  private static PowerLossReport oneByOne(PowerLoss cut) {
    try {
      PowerLossReport report = null;
      String before = null;
      for (String disk : cut.disks()) {
        if (before != null) {
          String writer = "canary-" + before;
          await()
              .until(
                  () ->
                      Thread.getAllStackTraces().keySet().stream()
                          .noneMatch(thread -> thread.getName().equals(writer)));
          long written = control.statistics(disk).bytesWritten();
          await().until(() -> control.statistics(disk).bytesWritten() > written + 4096);
        }
        report = control.powerLoss(PowerLoss.of(List.of(disk)));
        before = disk;
      }
      return Objects.requireNonNull(report);
    } catch (DiskException e) {
      throw new IllegalStateException(e);
    }
  }
}
