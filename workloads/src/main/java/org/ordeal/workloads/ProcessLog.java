package org.ordeal.workloads;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logging of the harness and its client nodes, without a configuration file.
 *
 * <p>A client node, started with {@code -Dordeal.log=console}, tells of warnings on standard
 * output, which the run keeps in the node's directory. The harness logs nothing to its terminal,
 * whose words are for its user; while a run goes on they go to a file of the run. {@code
 * -Dordeal.log.level=DEBUG} shows more of Ordeal's own. Found by logback as a service.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class ProcessLog extends ContextAwareBase implements Configurator {

  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0}: %msg%n";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
    Level wanted = Level.toLevel(System.getProperty("ordeal.log.level"), null);
    boolean console = "console".equals(System.getProperty("ordeal.log"));
    context
        .getLogger("org.ordeal")
        .setLevel(wanted != null ? wanted : console ? Level.WARN : Level.INFO);
    if (console) {
      add(context, new ConsoleAppender<>());
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static void add(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }

  /**
   * Logs to a file too, until the answer is closed. Several can be open at once; each gets
   * everything.
   *
   * @param file is made, or gone on with
   */
  public static AutoClosing to(Path file) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return () -> {}; // another binding was put on the class path; it knows where to log
    }
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setFile(file.toString());
    appender.setName(file.toString());
    add(context, appender);
    return () -> close(context, appender);
  }

  private static void close(LoggerContext context, Appender<ILoggingEvent> appender) {
    context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(appender);
    appender.stop();
  }

  /** Ends without a checked exception. */
  @FunctionalInterface
  public interface AutoClosing extends AutoCloseable {
    @Override
    void close();
  }
}
