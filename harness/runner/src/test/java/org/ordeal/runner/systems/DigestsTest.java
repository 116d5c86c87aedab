package org.ordeal.runner.systems;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestsTest {

  @TempDir private Path here;

  @Test
  void shouldTellBuildsApartByTheirBytesAndNotByTheirPlaces() throws IOException {
    String jars = classPath(file("a/one.jar", "1"), file("a/two.jar", "2"));
    assertThat(classPath(file("b/two.jar", "2"), file("b/one.jar", "1"))).isEqualTo(jars);
    assertThat(classPath(file("c/one.jar", "1"), file("c/two.jar", "3"))).isNotEqualTo(jars);
    assertThat(classPath(file("d/one.jar", "1"))).isNotEqualTo(jars);
  }

  @Test
  void shouldSeeEveryFileOfDirectoriesOnAClassPath() throws IOException {
    file("first/org/A.class", "a");
    file("second/org/B.class", "b");
    Path first = here.resolve("first");
    Path second = here.resolve("second");
    String before = classPath(first, second);
    assertThat(classPath(first, here.resolve("nothing"), second)).isEqualTo(before);

    // Modules have files of one name: none hides the other.
    file("first/META-INF/services", "A");
    String served = classPath(first, second);
    assertThat(served).isNotEqualTo(before);
    file("second/META-INF/services", "B");
    String both = classPath(first, second);
    assertThat(both).isNotEqualTo(served);
    file("first/META-INF/services", "C");
    assertThat(classPath(first, second)).isNotEqualTo(both);
  }

  @Test
  void shouldHaveADigestOfTheHarnessItself() {
    String harness = System.getProperty("java.class.path");
    assertThat(Digests.ofClassPath(harness))
        .hasSize(64)
        .isNotEqualTo(Digests.ofClassPath(""))
        .isEqualTo(Digests.ofClassPath(harness + File.pathSeparator));
  }

  private static String classPath(Path... entries) {
    return Digests.ofClassPath(
        String.join(File.pathSeparator, Arrays.stream(entries).map(Path::toString).toList()));
  }

  private Path file(String name, String bytes) throws IOException {
    Path file = here.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, bytes);
  }
}
