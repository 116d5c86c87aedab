package org.ordeal.settings;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The few options that RocketMQ's start scripts know: {@code -c FILE}, {@code -n ADDRESSES}, {@code
 * -p}, {@code -m} and {@code -h}.
 */
public record Arguments(Map<String, String> options) {

  /** Values from elsewhere for the settings of a file, such as a container's environment. */
  public interface Amendment extends UnaryOperator<PropertyFile> {
    /** Leaves the file as it is. */
    Amendment NONE = file -> file;
  }

  private static final Set<String> WITH_VALUE = Set.of("-c", "-n");
  private static final Map<String, String> LONG =
      Map.of(
          "--configFile", "-c",
          "--namesrvAddr", "-n",
          "--printConfigItem", "-p",
          "--printImportantConfig", "-m",
          "--help", "-h");

  /**
   * @throws SettingsException with a sentence for an option that is not known or lacks its value
   */
  public static Arguments parse(String[] args, Set<String> known) throws SettingsException {
    var options = new HashMap<String, String>();
    for (int i = 0; i < args.length; i++) {
      var option = LONG.getOrDefault(args[i], args[i]);
      if (!known.contains(option)) {
        throw new SettingsException("The option " + args[i] + " is not known. Try -h.");
      }
      if (!WITH_VALUE.contains(option)) {
        options.put(option, "");
      } else if (i + 1 < args.length) {
        options.put(option, args[++i]);
      } else {
        throw new SettingsException("The option " + args[i] + " lacks its value. Try -h.");
      }
    }
    return new Arguments(Map.copyOf(options));
  }

  public boolean has(String option) {
    return options.containsKey(option);
  }

  public @Nullable String value(String option) {
    return options.get(option);
  }

  /** The file that {@code -c} names, an empty one without it. */
  public PropertyFile file() throws SettingsException {
    var path = options.get("-c");
    return path == null ? PropertyFile.empty() : PropertyFile.read(Path.of(path));
  }
}
