package org.ordeal.history;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the text of a number into the value that a history keeps, or refuses it: two different
 * numbers that became one value would let a history pass that must fail.
 *
 * <p>A decimal is kept as a double where {@link Double#toString} gives the same number back.
 */
final class ExactNumbers {

  private static final Pattern WHOLE = Pattern.compile("([-+]?[0-9]+)N?");
  private static final Pattern RATIO = Pattern.compile("([-+]?[0-9]+)/([0-9]+)");
  private static final Pattern DECIMAL =
      Pattern.compile("([-+]?[0-9]+(?:\\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)M?");
  private static final Pattern LEADING_ZERO = Pattern.compile("[-+]?0[0-9].*");
  private static final BigInteger SMALLEST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

  private ExactNumbers() {}

  /** Why a number cannot be kept, as a clause. */
  static final class NotKept extends Exception {
    private static final long serialVersionUID = 1L;

    NotKept(String problem) {
      super(problem, null, false, false);
    }

    String problem() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * The value of a number in EDN: a long, a double, or for a ratio its reduced text, since few
   * ratios are doubles.
   */
  static Object edn(String token) throws NotKept {
    if (LEADING_ZERO.matcher(token).matches()) {
      throw new NotKept(
          "the number " + shown(token) + " begins with a zero, which Clojure may read as octal");
    }
    Matcher whole = WHOLE.matcher(token);
    if (whole.matches()) {
      return whole(new BigInteger(whole.group(1)), token);
    }
    Matcher ratio = RATIO.matcher(token);
    if (ratio.matches()) {
      return ratio(new BigInteger(ratio.group(1)), new BigInteger(ratio.group(2)), token);
    }
    Matcher decimal = DECIMAL.matcher(token);
    if (decimal.matches()) {
      try {
        return decimal(new BigDecimal(decimal.group(1)), token);
      } catch (NumberFormatException e) {
        throw new NotKept(tooFine("the number " + shown(token)));
      }
    }
    throw new NotKept("not a number: " + shown(token));
  }

  private static long whole(BigInteger number, String text) throws NotKept {
    if (number.compareTo(SMALLEST) < 0 || number.compareTo(LARGEST) > 0) {
      throw new NotKept("not a number of 64 bits: " + shown(text));
    }
    return number.longValue();
  }

  private static Object ratio(BigInteger numerator, BigInteger denominator, String text)
      throws NotKept {
    if (denominator.signum() == 0) {
      throw new NotKept("the ratio " + shown(text) + " divides by zero");
    }
    BigInteger divisor = numerator.gcd(denominator);
    BigInteger above = numerator.divide(divisor);
    BigInteger below = denominator.divide(divisor);
    return below.equals(BigInteger.ONE) ? (Object) whole(above, text) : above + "/" + below;
  }

  /**
   * The double that stands for a decimal number and for no other; there is but one zero.
   *
   * @param text the number as it was written, for the message
   */
  static double decimal(BigDecimal number, String text) throws NotKept {
    double nearest = number.doubleValue();
    if (!Double.isFinite(nearest)
        || new BigDecimal(Double.toString(nearest)).compareTo(number) != 0) {
      throw new NotKept(tooFine("the number " + shown(text)));
    }
    return nearest + 0.0;
  }

  /** Says that a number has no double of its own. */
  static String tooFine(String number) {
    return number + " has more digits or a wider exponent than are kept; write it as a string";
  }

  private static String shown(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
