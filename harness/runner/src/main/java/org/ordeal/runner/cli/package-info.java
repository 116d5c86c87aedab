/**
 * The command line: one class a command, each a thin door to the package that does the work.
 *
 * <p>{@link org.ordeal.runner.cli.Main} builds the tree of commands; {@link
 * org.ordeal.runner.cli.Failures} is the one place where an exception becomes a sentence and an
 * exit code. Standard output carries results (with {@code --json}: nothing but JSON), standard
 * error carries progress and complaints.
 */
@NullMarked
package org.ordeal.runner.cli;

import org.jspecify.annotations.NullMarked;
