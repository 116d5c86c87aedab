package org.ordeal.runner.lint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.ordeal.runner.Suggestions;
import org.ordeal.runner.lint.Finding.Severity;
import org.ordeal.runner.lint.PropertyFile.Entry;
import org.ordeal.runner.lint.PropertyFile.Kind;

/**
 * What is wrong with single lines: comments behind values, trailing blanks, unknown and repeated
 * keys, values that do not parse (rocketmq#7659, #7285, #9082).
 */
final class ValueRules implements Rule {
  private static final Set<String> ADDRESS_LISTS =
      Set.of("namesrvAddr", "controllerAddr", "dLegerPeers", "controllerDLegerPeers");

  private final KnownKeys keys;

  ValueRules(KnownKeys keys) {
    this.keys = keys;
  }

  @Override
  public void check(List<PropertyFile> files, Consumer<Finding> report) {
    for (PropertyFile file : files) {
      Set<String> seen = new HashSet<>();
      for (Entry entry : file.entries()) {
        if (!seen.add(entry.key())) {
          report.accept(
              finding(
                  Severity.WARNING,
                  file,
                  entry,
                  "is set more than once in this file; only this last value counts.",
                  "Remove the other line."));
        }
        checkEntry(file, entry, report);
      }
    }
  }

  private void checkEntry(PropertyFile file, Entry entry, Consumer<Finding> report) {
    KnownKeys.Type type = keys.type(file.kind(), entry.key());
    if (type == null) {
      unknown(file, entry, report);
      return;
    }
    String value = entry.value();
    int comment = commentBehind(value);
    if (comment >= 0) {
      report.accept(
          finding(
              Severity.ERROR,
              file,
              entry,
              "has a comment behind its value, but a property file knows comments only at the"
                  + " beginning of a line: the value is '%s'%s"
                      .formatted(
                          value,
                          type == KnownKeys.Type.TEXT
                              ? "."
                              : ", which does not parse, and RocketMQ silently uses its default."),
              "Put the comment on a line of its own."));
      return;
    }
    if (!value.equals(value.strip())) {
      report.accept(
          finding(
              type == KnownKeys.Type.TEXT ? Severity.WARNING : Severity.ERROR,
              file,
              entry,
              "has blanks behind its value: the value is '%s'%s"
                  .formatted(
                      value,
                      type == KnownKeys.Type.TEXT
                          ? ", blanks included."
                          : type == KnownKeys.Type.BOOLEAN
                              ? ", which RocketMQ reads as false, whatever it says."
                              : ", which does not parse, and RocketMQ silently uses its default."),
              "Remove the blanks."));
      return;
    }
    if (!parses(type, value)) {
      report.accept(
          finding(
              Severity.ERROR,
              file,
              entry,
              "is '%s', which is no %s: RocketMQ silently uses %s."
                  .formatted(
                      value,
                      switch (type) {
                        case BOOLEAN -> "true or false";
                        case INTEGER -> "whole number";
                        default -> "number";
                      },
                      type == KnownKeys.Type.BOOLEAN ? "false" : "its default"),
              "Correct the value."));
    }
    if (ADDRESS_LISTS.contains(entry.key()) && value.contains(",")) {
      report.accept(
          finding(
              Severity.ERROR,
              file,
              entry,
              "separates addresses by ',', but RocketMQ splits at ';' and takes all of it for one"
                  + " address.",
              "Write ';' between the addresses."));
    }
  }

  private void unknown(PropertyFile file, Entry entry, Consumer<Finding> report) {
    Kind other = file.kind() == Kind.BROKER ? Kind.NAMESRV : Kind.BROKER;
    String advice;
    if (keys.type(other, entry.key()) != null) {
      advice =
          "It is a key of the %s; move it there."
              .formatted(other == Kind.BROKER ? "broker" : "NameServer");
    } else {
      List<String> near =
          Suggestions.nearest(entry.key(), new ArrayList<>(keys.names(file.kind())));
      advice =
          near.isEmpty()
              ? "Remove it, or check that your version knows it (the table is that of 5.1.0)."
              : "Did you mean " + String.join(" or ", near) + "?";
    }
    report.accept(
        finding(
            Severity.WARNING,
            file,
            entry,
            "is no key that RocketMQ 5.1.0 knows here: it is passed over in silence.",
            advice));
  }

  /** Where a {@code #} that was meant to begin a comment stands in a value, or -1. */
  private static int commentBehind(String value) {
    for (int i = 1; i < value.length(); i++) {
      if (value.charAt(i) == '#' && Character.isWhitespace(value.charAt(i - 1))) {
        return i;
      }
    }
    return value.startsWith("#") ? 0 : -1;
  }

  private static boolean parses(KnownKeys.Type type, String value) {
    return switch (type) {
      case TEXT -> true;
      case BOOLEAN -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
      case INTEGER -> value.matches("[+-]?[0-9]{1,19}");
      case DECIMAL -> value.matches("[+-]?[0-9]+(\\.[0-9]+)?");
    };
  }

  static Finding finding(
      Severity severity, PropertyFile file, Entry entry, String what, String advice) {
    return new Finding(severity, file.name(), entry.line(), entry.key(), what, advice);
  }
}
