package org.ordeal.runner.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ordeal.runner.Documents;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.container.ImageShelf;
import org.ordeal.runner.container.ImageShelf.Shelved;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ordeal images}. */
@Command(
    name = "images",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the container images of broker, harness, fault disk and Toxiproxy that the engine does",
      "not have yet, and lists them. Needs a container engine, but no registry."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ordeal images",
      "  docker run --rm ordeal/harness:TAG run durability --faults kill --time 20s"
    })
final class ImagesCommand implements Callable<Integer> {

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Option(
      names = "--tag",
      description = "Tag of the images; without it, the version of Ordeal.",
      paramLabel = "TAG")
  String tag = Version.ordeal();

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    ImageShelf shelf = ImageShelf.open(err::println);
    List<Shelved> shelved = shelf.fill(tag);
    if (json) {
      out.println(Documents.text(Map.of("images", shelved)));
    } else {
      out.printf("%-30s %9s %-19s %8s  %s%n", "image", "size", "id", "time", "what it is");
      for (Shelved image : shelved) {
        out.printf(
            "%-30s %6.1f MB %-19s %6.1f s  %s%s%n",
            image.name(),
            image.sizeBytes() / 1e6,
            image.id().substring(0, 19),
            image.seconds(),
            image.purpose(),
            image.loaded() ? "" : " (was there)");
      }
    }
    Optional<String> lacking = shelf.lacking();
    lacking.ifPresent(err::println);
    return (lacking.isPresent() ? ExitCode.ENVIRONMENT : ExitCode.PASS).number();
  }
}
