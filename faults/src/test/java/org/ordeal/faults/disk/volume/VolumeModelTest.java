package org.ordeal.faults.disk.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.ordeal.faults.disk.MetadataMode;
import org.ordeal.faults.disk.PowerLoss;
import org.ordeal.faults.disk.libc.PathBytes;

/** Random operations, syncs and cuts on a volume and on a model of a page, against each other. */
class VolumeModelTest {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final int DIRTY_BYTES = 4 << 20;

  enum Kind {
    CREATE,
    WRITE,
    TRUNCATE,
    RENAME,
    LINK,
    UNLINK,
    SYNC_FILE,
    SYNC_DIRECTORY,
    CUT
  }

  record Step(Kind kind, int first, int second, int offset, int length) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers().between(0, NAMES.size() - 1),
            Arbitraries.integers().between(0, NAMES.size() - 1),
            Arbitraries.integers().between(0, 20_000),
            Arbitraries.integers().between(1, 9_000))
        .as(Step::new)
        .list()
        .ofMinSize(5)
        .ofMaxSize(60);
  }

  @Property(tries = 60)
  void shouldBehaveAsTheModelOfExt4(@ForAll("steps") List<Step> steps) throws IOException {
    new Trial(MetadataMode.EXT4).run(steps);
  }

  @Property(tries = 60)
  void shouldBehaveAsTheStrictModel(@ForAll("steps") List<Step> steps) throws IOException {
    new Trial(MetadataMode.STRICT).run(steps);
  }

  /** Synced without its directory, and removed before that was synced either. */
  @Example
  void shouldSyncADirectoryWhoseSyncedFileIsGone() throws IOException {
    for (MetadataMode mode : MetadataMode.values()) {
      new Trial(mode)
          .run(
              List.of(
                  new Step(Kind.CREATE, 1, 0, 0, 1),
                  new Step(Kind.SYNC_FILE, 1, 0, 0, 1),
                  new Step(Kind.UNLINK, 1, 0, 0, 1),
                  new Step(Kind.SYNC_DIRECTORY, 0, 0, 0, 1)));
    }
  }

  /**
   * A file of the model: what its readers see, what is on the platter, and the truncations in
   * between.
   */
  private static final class ModelFile {
    byte[] seen = new byte[0];
    byte[] durable = new byte[0];
    int floor = Integer.MAX_VALUE;
    int explicit = -1;

    void write(int offset, byte[] data) {
      seen = Arrays.copyOf(seen, Math.max(seen.length, offset + data.length));
      System.arraycopy(data, 0, seen, offset, data.length);
    }

    void truncate(int size) {
      if (size < seen.length) {
        floor = Math.min(floor, size);
      }
      seen = Arrays.copyOf(seen, size);
      explicit = size;
    }

    void commitSize() {
      durable = Arrays.copyOf(durable, Math.min(durable.length, floor));
      if (explicit > durable.length) {
        durable = Arrays.copyOf(durable, explicit);
      }
      floor = Integer.MAX_VALUE;
      explicit = -1;
    }

    void sync() {
      durable = seen.clone();
      floor = Integer.MAX_VALUE;
      explicit = -1;
    }
  }

  private static final class Trial {
    private final MetadataMode mode;
    private Map<String, ModelFile> seen = new TreeMap<>();
    private Map<String, ModelFile> durable = new TreeMap<>();
    private byte fill = 1;

    Trial(MetadataMode mode) {
      this.mode = mode;
    }

    void run(List<Step> steps) throws IOException {
      Path directory = Files.createTempDirectory("ordeal-volume");
      Path root = Files.createDirectory(directory.resolve("root"));
      Volume.Settings settings = new Volume.Settings(mode, -1, -1, DIRTY_BYTES, false, false, null);
      try (Volume volume =
          new Volume(
              PathBytes.bytesOf(root.toString()),
              PathBytes.bytesOf(directory.resolve("orphans").toString()),
              settings)) {
        for (Step step : steps) {
          apply(volume, step);
          compare(volume);
        }
        cut(volume);
        compare(volume);
      }
      assertThat(directory.resolve("orphans")).doesNotExist();
      delete(directory);
    }

    private static void delete(Path directory) throws IOException {
      try (var paths = Files.walk(directory)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }

    private void apply(Volume volume, Step step) throws IOException {
      Inode root = volume.inode(Volume.ROOT);
      String name = NAMES.get(step.first());
      String other = NAMES.get(step.second());
      ModelFile file = seen.get(name);
      Inode inode = volume.names().lookup(root, name, false);
      assertThat(inode == null).isEqualTo(file == null);
      if (step.kind() == Kind.CREATE) {
        if (file == null) {
          Inode made = volume.names().make(root, name, Inode.S_IFREG | 0644, 0, 0, 0);
          volume.names().forget(made, 1);
          seen.put(name, new ModelFile());
        }
      } else if (step.kind() == Kind.SYNC_DIRECTORY) {
        volume.durability().sync(root);
        commitNames();
      } else if (step.kind() == Kind.CUT) {
        cut(volume);
      } else if (file != null && inode != null) {
        onFile(volume, root, step, name, other, file, inode);
      }
    }

    private void onFile(
        Volume volume,
        Inode root,
        Step step,
        String name,
        String other,
        ModelFile file,
        Inode inode)
        throws IOException {
      switch (step.kind()) {
        case WRITE -> {
          byte[] data = new byte[step.length()];
          Arrays.fill(data, fill++);
          volume
              .contents()
              .write(inode, step.offset(), data.length, MemorySegment.ofArray(data), false);
          file.write(step.offset(), data);
        }
        case TRUNCATE -> {
          volume
              .contents()
              .change(
                  inode,
                  new AttributeChange(null, null, null, (long) step.offset(), null, null, false));
          file.truncate(step.offset());
        }
        case RENAME -> {
          volume.names().rename(root, name, root, other, 0);
          if (seen.get(other) != file) {
            seen.remove(name);
            seen.put(other, file);
          }
        }
        case LINK -> {
          if (!seen.containsKey(other)) {
            volume.names().link(inode, root, other);
            volume.names().forget(inode, 1);
            seen.put(other, file);
          }
        }
        case UNLINK -> {
          volume.names().remove(root, name, false);
          seen.remove(name);
        }
        case SYNC_FILE -> {
          volume.durability().sync(inode);
          if (mode == MetadataMode.EXT4) {
            commitNames();
          }
          file.sync();
        }
        default -> throw new AssertionError(step);
      }
    }

    private void commitNames() {
      durable = new TreeMap<>(seen);
      if (mode == MetadataMode.EXT4) {
        seen.values().forEach(ModelFile::commitSize);
      }
    }

    private void cut(Volume volume) throws IOException {
      PowerCut.cut(List.of(new PowerCut.Target("d", volume)), PowerLoss.of(List.of("d")));
      Map<ModelFile, ModelFile> reborn = new HashMap<>();
      seen = new TreeMap<>();
      durable.forEach(
          (name, old) ->
              seen.put(
                  name,
                  reborn.computeIfAbsent(
                      old,
                      key -> {
                        ModelFile fresh = new ModelFile();
                        fresh.durable = key.durable;
                        fresh.seen = key.durable.clone();
                        return fresh;
                      })));
      durable = new TreeMap<>(seen);
    }

    private void compare(Volume volume) throws IOException {
      Inode root = volume.inode(Volume.ROOT);
      assertThat(volume.names().list(root))
          .extracting(NameSpace.Entry::name)
          .containsExactlyElementsOf(seen.keySet());
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment buffer = arena.allocate(64 << 10);
        for (Map.Entry<String, ModelFile> entry : seen.entrySet()) {
          Inode inode = Objects.requireNonNull(volume.names().lookup(root, entry.getKey(), false));
          int length = volume.contents().read(inode, 0, 64 << 10, buffer);
          assertThat(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE))
              .isEqualTo(entry.getValue().seen);
        }
      }
    }
  }
}
