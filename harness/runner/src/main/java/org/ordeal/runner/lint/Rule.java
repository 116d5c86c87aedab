package org.ordeal.runner.lint;

import java.util.List;
import java.util.function.Consumer;

/** Looks at the property files of one cluster. Implementations are stateless. */
interface Rule {

  /**
   * Looks for one kind of mistake.
   *
   * @param files all files that were named; most rules look at each by itself
   * @param report takes what is found
   */
  void check(List<PropertyFile> files, Consumer<Finding> report);
}
