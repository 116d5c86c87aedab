package org.ordeal.reports;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.history.Verdict;

/** Loads pages in a real browser: what its console says, what its script does, what one sees. */
@Timeout(400)
final class ReportInChromiumTest {
  @TempDir Path scratch;

  @SuppressWarnings("NullAway.Init") // JUnit sets the directory
  ReportInChromiumTest() {}

  @Test
  void shouldRunUnderItsOwnPolicyWithoutAComplaint() throws Exception {
    Path page = ReportWriter.write(SampleRun.of(Verdict.FAIL).write(scratch.resolve("run")));
    String said = Chromium.run(scratch, page, "--dump-dom");
    assertThat(Chromium.console(said)).isEmpty();
    assertThat(said).contains("<html lang=\"en\" class=\"scripted\">");
  }

  @Test
  void shouldTakeHostileStringsForText() throws Exception {
    SampleRun hostile = new SampleRun(Verdict.FAIL, 20, 60, ReportPageTest.HOSTILE);
    Path page = ReportWriter.write(hostile.write(scratch.resolve("run")));
    String said = Chromium.run(scratch, page, "--dump-dom");
    assertThat(Chromium.console(said)).isEmpty();
    assertThat(said).contains("class=\"scripted\"").doesNotContain("<img");
  }

  @Test
  void shouldReadValuesAtTheCursorAndExplainBars() throws Exception {
    Path page = ReportWriter.write(SampleRun.of(Verdict.FAIL).write(scratch.resolve("run")));
    // A copy without the policy, so that the test's own script may play the user.
    String probe =
        """
        <script>
        const area = document.getElementById("cursor-area");
        area.dispatchEvent(new KeyboardEvent("keydown", {key: "End"}));
        for (let i = 0; i < 13; i++) {
          area.dispatchEvent(new KeyboardEvent("keydown", {key: "PageUp"}));
        }
        const read = document.getElementById("readout").textContent;
        document.querySelector(".operation.failing").dispatchEvent(new Event("focus"));
        const bar = document.querySelector(".operation rect");
        const before = bar.getAttribute("x") + bar.getAttribute("width");
        document.querySelector("button.scale").click();
        const moved = before !== bar.getAttribute("x") + bar.getAttribute("width");
        const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
        document.title = "READ " + read + " NOTE "
          + document.querySelector(".picture-note").textContent + " MOVED " + moved
          + " WIDE " + wide + " END";
        </script>
        """;
    String text =
        Files.readString(page)
            .replaceFirst("<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "")
            .replace("</body>", probe + "</body>");
    Path copy = Files.writeString(scratch.resolve("probe.html"), text);
    String said = Chromium.run(scratch, copy, "--dump-dom", "--window-size=500,900");
    var title = Pattern.compile("<title>READ (.*) END</title>").matcher(said);
    assertThat(title.find()).as(said).isTrue();
    assertThat(title.group(1))
        .contains("at 21.", "send ", "fault kill n0", "leader n1")
        .contains("#20 process 4: read 42")
        .contains("MOVED true")
        .contains("WIDE false");
  }

  @Test
  void shouldShowSomethingInLightAndDark() throws Exception {
    Path page = ReportWriter.write(SampleRun.of(Verdict.PASS).write(scratch.resolve("run")));
    int light = corner(page, "light.png", "--blink-settings=preferredColorScheme=1");
    int dark = corner(page, "dark.png", "--blink-settings=preferredColorScheme=0");
    assertThat(light & 0xff).isGreaterThan(200);
    assertThat(dark & 0xff).isLessThan(60);
  }

  private int corner(Path page, String name, String scheme) throws Exception {
    Path picture = scratch.resolve(name);
    Chromium.run(scratch, page, "--screenshot=" + picture, "--window-size=1300,900", scheme);
    return ImageIO.read(picture.toFile()).getRGB(3, 880);
  }
}
