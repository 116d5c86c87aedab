package org.ordeal.settings;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Logging without a configuration file: one line to standard output for each event, with the node,
 * its term and its role. {@code -Dordeal.log.level=DEBUG} shows more.
 *
 * <p>Found by logback as a service; saves the time of looking for and parsing XML at each start.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class ProcessLog extends ContextAwareBase implements Configurator {

  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level node=%property{node} term=%property{term}"
          + " role=%property{role} [%thread] %logger{0}: %msg%n";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    context.putProperty("node", "-");
    context.putProperty("term", "-");
    context.putProperty("role", "-");
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    var console = new ConsoleAppender<ILoggingEvent>();
    console.setContext(context);
    console.setEncoder(encoder);
    console.start();
    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    // Bolt warns with a stack trace whenever a peer is not there yet, which our own lines tell
    // better.
    root.setLevel(Level.ERROR);
    context.getLogger("com.alipay.sofa.jraft").setLevel(Level.WARN);
    root.addAppender(console);
    Logger ours = context.getLogger("org.ordeal");
    ours.setLevel(Level.toLevel(System.getProperty("ordeal.log.level"), Level.INFO));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Sets what each following line tells of this process. */
  public static void describe(String node, String term, String role) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory instanceof LoggerContext context) {
      context.putProperty("node", node);
      context.putProperty("term", term);
      context.putProperty("role", role);
    }
  }
}
