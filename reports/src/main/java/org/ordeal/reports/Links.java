package org.ordeal.reports;

import java.net.URI;
import java.net.URISyntaxException;

/** Links to files beside a page. */
final class Links {
  private Links() {}

  /** A relative link to a path; anything that could lead elsewhere is bent to stay here. */
  static String relative(String path) {
    try {
      return "./"
          + new URI(null, null, "/" + path.replace('\\', '/'), null).getRawPath().substring(1);
    } catch (URISyntaxException e) {
      return "#";
    }
  }
}
