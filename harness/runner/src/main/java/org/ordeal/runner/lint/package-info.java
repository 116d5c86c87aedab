/**
 * Reads broker and NameServer property files as RocketMQ does, and says what will not do what one
 * thinks.
 *
 * <p>RocketMQ loads a file with {@link java.util.Properties} and sets a field for each key that it
 * knows; a key that it does not know, or a value that does not parse, is passed over <em>in
 * silence</em> and the default is used. {@link org.ordeal.runner.lint.PropertyFile} reads a file
 * with the same rules but keeps the lines; each {@link org.ordeal.runner.lint.Rule} looks at one
 * file, or at all files of a cluster together, and gives {@link org.ordeal.runner.lint.Finding}s.
 * To add a rule, write a class and name it in {@link org.ordeal.runner.lint.Lint}.
 */
@NullMarked
package org.ordeal.runner.lint;

import org.jspecify.annotations.NullMarked;
