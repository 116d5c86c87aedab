package org.ordeal.faults.disk.libc;

import java.nio.charset.StandardCharsets;

/** Paths as Linux sees them: strings with one char (ISO 8859-1) for each byte. */
public final class PathBytes {

  private PathBytes() {}

  /** Bytes as a string with one char for each. */
  public static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** A Java path as a string with one char for each byte of its UTF-8 form. */
  public static String bytesOf(String path) {
    return latin1(path.getBytes(StandardCharsets.UTF_8));
  }

  /** Such a string as text for people. */
  public static String display(String latin1) {
    return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
