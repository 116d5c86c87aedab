package org.ordeal.reports;

import java.util.Locale;

/** Numbers, times and verdicts as people read them. */
final class Figures {
  private Figures() {}

  /** A count with thin spaces between thousands. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value).replace(',', '\u202f');
  }

  /** A rate or another number in three digits: 12.3, 950, 4.2k. */
  static String brief(double value) {
    if (value >= 1_000_000) {
      return trim(value / 1_000_000) + "M";
    }
    if (value >= 1_000) {
      return trim(value / 1_000) + "k";
    }
    return trim(value);
  }

  private static String trim(double value) {
    String text =
        value >= 100 || value == Math.rint(value)
            ? String.format(Locale.ROOT, "%.0f", value)
            : String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
    return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
  }

  /** A length of time, from nanoseconds. */
  static String duration(double nanos) {
    if (nanos < 1_000) {
      return trim(nanos) + " ns";
    }
    if (nanos < 1_000_000) {
      return trim(nanos / 1e3) + " \u00b5s";
    }
    if (nanos < 1e9) {
      return trim(nanos / 1e6) + " ms";
    }
    if (nanos < 120e9) {
      return trim(nanos / 1e9) + " s";
    }
    return trim(nanos / 60e9) + " min";
  }

  /** A length of time, from nanoseconds. */
  static String duration(long nanos) {
    return duration((double) nanos);
  }

  /** A point in time, in seconds since the start of the run. */
  static String at(long nanos) {
    return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
  }

  static String verdict(org.ordeal.history.Verdict verdict) {
    return switch (verdict) {
      case PASS -> "Pass";
      case FAIL -> "Fail";
      case UNKNOWN -> "Inconclusive";
    };
  }

  /** The class of a verdict's colours. */
  static String tone(org.ordeal.history.Verdict verdict) {
    return switch (verdict) {
      case PASS -> "good";
      case FAIL -> "bad";
      case UNKNOWN -> "unsure";
    };
  }

  /** A text cut where it would make a page unwieldy. */
  static String brief(String text, int most) {
    return text.length() <= most
        ? text
        : text.substring(0, most) + "\u2026 (" + count(text.length()) + " characters)";
  }

  /** A percentage of a width, for SVG. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.3f%%", Math.clamp(share, 0, 1) * 100);
  }
}
