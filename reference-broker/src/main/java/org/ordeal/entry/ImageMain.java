package org.ordeal.entry;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ordeal.settings.SettingsException;

/** Entry point of the image: {@code mqbroker}, {@code mqnamesrv} or {@code health}. */
public final class ImageMain {
  private static final String HELP =
      """
      usage: docker run IMAGE mqnamesrv [-c FILE] [-p]
             docker run IMAGE mqbroker [-c FILE] [-n HOST:PORT;HOST:PORT] [-p]
             docker run IMAGE health
      Settings are RocketMQ's properties. They come from the file that -c names, or else from
      /etc/rocketmq/namesrv.conf or /etc/rocketmq/broker.conf where such a file is mounted, and
      from variables ROCKETMQ_CONF_<property>, which win; NAMESRV_ADDR is namesrvAddr.
      Data lies below /data. JVM options: JDK_JAVA_OPTIONS.
      Example: docker run -e NAMESRV_ADDR=ns0:9876 -e ROCKETMQ_CONF_flushDiskType=SYNC_FLUSH IMAGE mqbroker""";

  private static final int USAGE = 64;
  private static final int UNHEALTHY = 1;
  private static final Path CONFIGURATIONS = Path.of("/etc/rocketmq");

  private ImageMain() {}

  public static void main(String[] args) {
    int code = run(args, System.out, System.err, new Environment(System.getenv()));
    if (code != 0) {
      System.exit(code);
    }
  }

  static int run(String[] args, PrintStream out, PrintStream err, Environment environment) {
    String command = args.length == 0 ? "-h" : args[0];
    if (command.equals("-h") || command.equals("--help")) {
      out.println(HELP);
      return 0;
    }
    if (command.equals("health")) {
      return health(err, environment);
    }
    Optional<Program> program = Program.named(command);
    if (program.isEmpty()) {
      err.println("This image has no program '" + command + "'.\n" + HELP);
      return USAGE;
    }
    return program
        .get()
        .run(options(List.of(args)), out, err, environment.amendmentOf(program.get()));
  }

  private static int health(PrintStream err, Environment environment) {
    Optional<String> wrong;
    try {
      Optional<List<String>> server = HealthCheck.server(Path.of("/proc"));
      if (server.isEmpty()) {
        wrong = Optional.of("neither mqbroker nor mqnamesrv runs in this container");
      } else {
        Program program = Program.named(server.get().getFirst()).orElseThrow();
        wrong =
            HealthCheck.ask(
                program.address(options(server.get()), environment.amendmentOf(program)),
                program.question());
      }
    } catch (IOException | SettingsException e) {
      wrong = Optional.of(String.valueOf(e.getMessage()));
    }
    wrong.ifPresent(sentence -> err.println("unhealthy: " + sentence));
    return wrong.isPresent() ? UNHEALTHY : 0;
  }

  /** Program and options, with {@code -c} where a file is mounted in its usual place. */
  static List<String> complete(List<String> words) {
    return complete(words, CONFIGURATIONS);
  }

  static List<String> complete(List<String> words, Path configurations) {
    List<String> all = new ArrayList<>(words);
    if (!words.isEmpty() && !words.contains("-c") && !words.contains("--configFile")) {
      Program.named(words.getFirst())
          .map(program -> configurations.resolve(program.file()))
          .filter(Files::isRegularFile)
          .ifPresent(file -> all.addAll(1, List.of("-c", file.toString())));
    }
    return List.copyOf(all);
  }

  private static String[] options(List<String> words) {
    List<String> complete = complete(words);
    return complete.subList(1, complete.size()).toArray(String[]::new);
  }
}
