package org.ordeal.runner.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one node runs: a Java program and its files.
 *
 * @param mainClass fully qualified
 * @param classPath jars and directories, in order
 * @param jvmFlags flags of the JVM, heap included
 * @param arguments of the program
 * @param environment variables beyond a minimal set
 * @param files relative path in the node's directory to content, written before each first start
 * @param javaHome the JDK to run it on, null for the harness's own
 * @param aotCache an ahead-of-time cache ({@code -XX:AOTCache}) made from the class path; null for
 *     none. It saves time only: a JVM that it does not fit starts without it
 */
public record NodeProgram(
    String mainClass,
    List<Path> classPath,
    List<String> jvmFlags,
    List<String> arguments,
    Map<String, String> environment,
    Map<String, String> files,
    @Nullable Path javaHome,
    @Nullable Path aotCache) {

  public NodeProgram {
    classPath = List.copyOf(classPath);
    jvmFlags = List.copyOf(jvmFlags);
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
    files = Map.copyOf(files);
  }

  /** A program without an ahead-of-time cache. */
  public NodeProgram(
      String mainClass,
      List<Path> classPath,
      List<String> jvmFlags,
      List<String> arguments,
      Map<String, String> environment,
      Map<String, String> files,
      @Nullable Path javaHome) {
    this(mainClass, classPath, jvmFlags, arguments, environment, files, javaHome, null);
  }

  /** The JDK to run it on, where it is not the harness's own. */
  public Optional<Path> otherJavaHome() {
    return Optional.ofNullable(javaHome);
  }
}
