package org.ordeal.runner.lint;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.ordeal.runner.UsageException;

/** Checks the property files of a cluster. Stateless; safe for use by several threads. */
public final class Lint {
  private final List<Rule> rules;

  /** All rules that we have. */
  public Lint() {
    ClusterRules cluster = new ClusterRules();
    rules =
        List.of(
            new ValueRules(KnownKeys.load()),
            new DurabilityRules(),
            cluster,
            new CommentRules(cluster));
  }

  /**
   * Checks files by themselves and against one another.
   *
   * @param paths the files of one cluster, in any order
   * @return what was found, by file in the given order, then by line
   * @throws UsageException if a file is missing, unreadable or no property file
   */
  public List<Finding> check(List<Path> paths) {
    List<PropertyFile> files = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.isRegularFile(path)) {
        throw new UsageException("Cannot lint %s: there is no such file.".formatted(path));
      }
      try {
        files.add(PropertyFile.read(path));
      } catch (CharacterCodingException e) {
        throw new UsageException(
            "Cannot lint %s: it is not UTF-8 text, so it is no property file.".formatted(path), e);
      } catch (IOException e) {
        throw new UsageException("Cannot read %s: %s.".formatted(path, e.getMessage()), e);
      } catch (IllegalArgumentException e) {
        throw new UsageException(String.valueOf(e.getMessage()), e);
      }
    }
    return check(files, names(files));
  }

  private List<Finding> check(List<PropertyFile> files, List<String> order) {
    List<Finding> findings = new ArrayList<>();
    rules.forEach(rule -> rule.check(files, findings::add));
    return findings.stream()
        .distinct()
        .sorted(
            Comparator.comparingInt((Finding finding) -> order.indexOf(finding.file()))
                .thenComparingInt(Finding::line))
        .toList();
  }

  private static List<String> names(List<PropertyFile> files) {
    return files.stream().map(PropertyFile::name).toList();
  }
}
