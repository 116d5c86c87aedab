package org.ordeal.reports;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.ordeal.history.Verdict;

/** Writes sample pages and pictures of them into a directory, for people to look at. */
final class ScreenshotGallery {
  private ScreenshotGallery() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createDirectories(Path.of(arguments[0]).toAbsolutePath());
    for (Verdict verdict : List.of(Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN)) {
      String name = verdict.name().toLowerCase(Locale.ROOT);
      Path run = SampleRun.of(verdict).write(directory.resolve("store/durability/" + name));
      JunitXml.write(run);
      Path page = ReportWriter.write(run);
      boolean all = verdict == Verdict.FAIL;
      shoot(directory, page, name + "-wide-light", 1400, all ? 4600 : 1500, false);
      if (all) {
        shoot(directory, page, name + "-wide-dark", 1400, 4600, true);
        shoot(directory, page, name + "-phone-light", 500, 6000, false);
        shoot(directory, page, name + "-phone-dark", 500, 3000, true);
        String pdf = directory.resolve(name + ".pdf").toString();
        Chromium.run(directory, page, "--print-to-pdf=" + pdf);
      }
    }
    shoot(directory, StoreIndex.write(directory.resolve("store")), "index", 1400, 500, false);
    Path matrix = MatrixPage.write(SampleMatrix.matrix(), directory.resolve("matrix.html"));
    shoot(directory, matrix, "matrix-wide", 1400, 1000, false);
    shoot(directory, matrix, "matrix-phone-dark", 500, 900, true);
  }

  private static void shoot(
      Path directory, Path page, String name, int width, int height, boolean dark)
      throws Exception {
    String said =
        Chromium.run(
            directory,
            page,
            "--screenshot=" + directory.resolve(name + ".png"),
            "--window-size=" + width + "," + height,
            dark
                ? "--blink-settings=preferredColorScheme=0"
                : "--blink-settings=preferredColorScheme=1");
    Chromium.console(said).forEach(System.out::println);
  }
}
