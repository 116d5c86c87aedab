package org.ordeal.runner.lint;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ordeal.runner.lint.PropertyFile.Comment;

/**
 * Looks into blocks of settings that were commented out: whoever takes the marks away gets them, so
 * a clash of ports in there is told beforehand, as a warning.
 */
final class CommentRules implements Rule {
  private final Rule inner;

  CommentRules(Rule inner) {
    this.inner = inner;
  }

  @Override
  public void check(List<PropertyFile> files, Consumer<Finding> report) {
    for (PropertyFile file : files) {
      List<PropertyFile.Entry> entries = new ArrayList<>();
      for (Comment comment : file.comments()) {
        PropertyFile parsed = PropertyFile.parse(file.name(), comment.text());
        for (PropertyFile.Entry entry : parsed.entries()) {
          if (comment.text().matches("[A-Za-z0-9]+\\s*=.*")) {
            entries.add(new PropertyFile.Entry(comment.line(), entry.key(), entry.value()));
          }
        }
      }
      if (entries.stream().noneMatch(entry -> entry.key().equals("controllerDLegerPeers"))) {
        continue;
      }
      inner.check(
          List.of(new PropertyFile(file.name(), entries, List.of())),
          finding ->
              report.accept(
                  new Finding(
                      Finding.Severity.WARNING,
                      finding.file(),
                      finding.line(),
                      finding.key(),
                      "(commented out) " + finding.what(),
                      finding.advice())));
    }
  }
}
