package org.ordeal.runner.gate;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ordeal.runner.Suggestions;
import org.ordeal.runner.UsageException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads a policy and keeps its line numbers. Every mistake is told with its line. */
final class PolicyReader {
  private static final Set<String> SCOPE =
      Set.of("workload", "system", "topology", "flush", "runtime", "faults");
  private static final Set<String> PROMISE =
      Set.of("runs", "seeds", "acknowledged", "unavailability", "p99", "p99Factor");
  private static final Set<String> CONTROL = Set.of("runs", "lost");

  private final String file;

  private PolicyReader(String file) {
    this.file = file;
  }

  /**
   * Reads a policy file.
   *
   * @throws UsageException if it is missing or does not say what a policy says
   */
  static Policy read(Path path) {
    String text;
    try {
      text = Files.readString(path);
    } catch (IOException e) {
      throw new UsageException("Cannot read the policy %s: %s.".formatted(path, e), e);
    }
    return parse(path.toString(), text);
  }

  static Policy parse(String file, String text) {
    Node root;
    try {
      root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      throw new UsageException("%s:%d: no YAML: %s.".formatted(file, line, e.getProblem()), e);
    } catch (YAMLException e) {
      throw new UsageException("%s: no YAML: %s.".formatted(file, e.getMessage()), e);
    }
    return new PolicyReader(file).policy(root);
  }

  private Policy policy(@Nullable Node root) {
    if (root == null) {
      throw new UsageException("%s: the policy is empty.".formatted(file));
    }
    Map<String, Node> parts = mapping(root, Set.of("name", "promises", "controls"), "policy");
    Node name = parts.get("name");
    List<Policy.Demand> promises = demands(parts.get("promises"), PROMISE);
    List<Policy.Demand> controls = demands(parts.get("controls"), CONTROL);
    if (promises.isEmpty()) {
      throw error(root, "the policy asks for no promise, so it would let everything pass");
    }
    return new Policy(name == null ? file : text(name), promises, controls);
  }

  private List<Policy.Demand> demands(@Nullable Node node, Set<String> keys) {
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      throw error(node, "a list is expected here, each entry beginning with '-'");
    }
    List<Policy.Demand> demands = new ArrayList<>();
    for (Node entry : sequence.getValue()) {
      Set<String> known = new java.util.TreeSet<>(SCOPE);
      known.addAll(keys);
      demands.add(demand(entry, mapping(entry, known, "demand")));
    }
    return demands;
  }

  private Policy.Demand demand(Node entry, Map<String, Node> parts) {
    Map<String, Integer> lines = new HashMap<>();
    parts.forEach((key, value) -> lines.put(key, line(value)));
    Policy.Scope scope =
        new Policy.Scope(
            optional(parts.get("workload")),
            optional(parts.get("system")),
            optional(parts.get("topology")),
            optional(parts.get("flush")),
            optional(parts.get("runtime")),
            list(parts.get("faults")));
    long runs = number(parts.get("runs"), 1);
    return new Policy.Demand(
        line(entry),
        scope,
        (int) runs,
        (int) number(parts.get("seeds"), 1),
        number(parts.get("acknowledged"), 1),
        parts.containsKey("lost")
            ? OptionalLong.of(number(parts.get("lost"), 1))
            : OptionalLong.empty(),
        millis(parts.get("unavailability")),
        millis(parts.get("p99")),
        factor(parts.get("p99Factor")),
        lines);
  }

  private Map<String, Node> mapping(Node node, Set<String> known, String what) {
    if (!(node instanceof MappingNode mapping)) {
      throw error(node, "a %s is expected here, as 'key: value' lines".formatted(what));
    }
    Map<String, Node> parts = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String key = text(tuple.getKeyNode());
      if (!known.contains(key)) {
        throw error(
            tuple.getKeyNode(),
            "a %s has no '%s'. %s".formatted(what, key, Suggestions.sentence(key, known)));
      }
      if (parts.put(key, tuple.getValueNode()) != null) {
        throw error(tuple.getKeyNode(), "'%s' is there twice".formatted(key));
      }
    }
    return parts;
  }

  private String text(Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw error(node, "one word is expected here");
  }

  private @Nullable String optional(@Nullable Node node) {
    return node == null ? null : text(node);
  }

  private List<String> list(@Nullable Node node) {
    if (node == null) {
      return List.of();
    }
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue().stream().map(this::text).toList();
    }
    return List.of(text(node).split("\\s*,\\s*"));
  }

  private long number(@Nullable Node node, long otherwise) {
    if (node == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(text(node).replace("_", ""));
      if (number < 1) {
        throw error(node, "a number above 0 is expected, not '%s'".formatted(text(node)));
      }
      return number;
    } catch (NumberFormatException e) {
      throw error(node, "a whole number is expected, not '%s'".formatted(text(node)));
    }
  }

  private OptionalDouble factor(@Nullable Node node) {
    if (node == null) {
      return OptionalDouble.empty();
    }
    try {
      return OptionalDouble.of(Double.parseDouble(text(node)));
    } catch (NumberFormatException e) {
      throw error(node, "a factor such as 1.5 is expected, not '%s'".formatted(text(node)));
    }
  }

  private OptionalDouble millis(@Nullable Node node) {
    if (node == null) {
      return OptionalDouble.empty();
    }
    String text = text(node).strip();
    double unit = text.endsWith("ms") ? 1 : text.endsWith("s") ? 1000 : Double.NaN;
    try {
      double amount = Double.parseDouble(text.replaceAll("m?s$", "").strip());
      if (!Double.isNaN(unit) && amount >= 0) {
        return OptionalDouble.of(amount * unit);
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw error(node, "a time such as 250ms or 10s is expected, not '%s'".formatted(text));
  }

  private static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  private UsageException error(Node node, String what) {
    return new UsageException("%s:%d: %s.".formatted(file, line(node), what));
  }
}
