/**
 * RocketMQ's property files, read strictly.
 *
 * <p>RocketMQ reads its files with {@link java.util.Properties} and swallows values that it cannot
 * parse: {@code listenPort=9890 # x} keeps {@code 9890 # x} as the value, and the default port is
 * used without a word. Here the same files are read, but a bad value is an error that names file,
 * line, key and value, and a key that nobody serves is named in a warning.
 */
@NullMarked
package org.ordeal.settings;

import org.jspecify.annotations.NullMarked;
