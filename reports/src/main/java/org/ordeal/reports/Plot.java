package org.ordeal.reports;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Geometry of the charts. A chart's curves live in a box of 1000 x 100 units that is stretched to
 * the chart's size (strokes are not); texts live outside that box, at percentages, so that they
 * keep their size on every screen.
 */
final class Plot {
  /** Begins the stretched box; close it as an {@code svg}. */
  static final String STRETCHED =
      "<svg class=\"plot\" viewBox=\"0 0 1000 100\" preserveAspectRatio=\"none\" width=\"100%\""
          + " height=\"100%\" aria-hidden=\"true\">";

  /** What is kept free above the highest value, of 1. */
  private static final double HEADROOM = 0.08;

  private Plot() {}

  /** Height in the box of a share of the scale, 0 at the bottom. */
  private static double y(double share) {
    return 100 - Math.clamp(share, 0, 1) * 100 * (1 - HEADROOM);
  }

  private static void point(StringBuilder path, char command, double x, double share) {
    path.append(command)
        .append(String.format(Locale.ROOT, "%.1f %.2f", Math.clamp(x, 0, 1) * 1000, y(share)));
  }

  /** A staircase through values that each hold for a step. */
  static String steps(double[] values, double step, double top, boolean closed) {
    StringBuilder path = new StringBuilder();
    point(path, 'M', 0, closed ? 0 : values.length > 0 ? values[0] / top : 0);
    for (int i = 0; i < values.length; i++) {
      double share = values[i] / top;
      if (i > 0 && values[i] == values[i - 1]) {
        continue;
      }
      if (i > 0) {
        point(path, 'L', i * step, values[i - 1] / top);
      }
      point(path, 'L', i * step, share);
    }
    if (values.length > 0) {
      point(path, 'L', values.length * step, values[values.length - 1] / top);
    }
    if (closed) {
      point(path, 'L', values.length * step, 0);
      path.append('Z');
    }
    return path.toString();
  }

  /** A line through points, each given as shares of width and height. */
  static String line(List<double[]> points) {
    StringBuilder path = new StringBuilder();
    for (double[] point : points) {
      point(path, path.isEmpty() ? 'M' : 'L', point[0], point[1]);
    }
    return path.isEmpty() ? "M0 0" : path.toString();
  }

  /** Lines across the chart at shares of its scale, with their labels. */
  static void levels(Html html, List<Double> shares, List<String> labels) throws IOException {
    for (int i = 0; i < shares.size(); i++) {
      String y = String.format(Locale.ROOT, "%.2f%%", y(shares.get(i)));
      html.empty("line", "class", "level", "x1", "0", "x2", "100%", "y1", y, "y2", y);
      html.element("text", labels.get(i), "class", "tick level-text", "x", "4", "y", y, "dy", "-3");
    }
  }

  /** 1, 2 or 5 times a power of ten, at least so large. */
  static double roundUp(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    for (double factor : new double[] {1, 1.5, 2, 3, 4, 5, 6, 8}) {
      if (factor * power >= value * 0.999) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  /** A round distance between marks, so that there are about so many of them. */
  static double step(double range, int marks) {
    double rough = range / marks;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= rough) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  /** A logarithmic scale over whole powers of ten. */
  static final class LogScale {
    private final int from;
    private final int to;

    LogScale(long least, long most) {
      from = (int) Math.floor(Math.log10((double) Math.max(1, Math.min(least, most))));
      to = Math.max(from + 1, (int) Math.ceil(Math.log10((double) Math.max(1, most)) - 0.001));
    }

    double share(long value) {
      return (Math.log10((double) Math.max(1, value)) - from) / (to - from);
    }

    List<Double> marks() {
      List<Double> marks = new ArrayList<>();
      for (int power = from + 1; power <= to; power++) {
        marks.add((double) (power - from) / (to - from));
      }
      return marks;
    }

    List<String> labels() {
      List<String> labels = new ArrayList<>();
      for (int power = from + 1; power <= to; power++) {
        labels.add(Figures.duration(Math.pow(10, power)));
      }
      return labels;
    }
  }
}
