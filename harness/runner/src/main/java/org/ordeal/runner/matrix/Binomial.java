package org.ordeal.runner.matrix;

/**
 * Confidence bounds on a probability from trials that did or did not show something (Clopper and
 * Pearson, "The use of confidence or fiducial limits", Biometrika 1934).
 */
final class Binomial {

  private static final int STEPS = 60;

  private Binomial() {}

  /**
   * The largest probability under which seeing so few hits is not too unlikely.
   *
   * @param hits 0 to trials
   * @param trials at least 0; of none, nothing is known and the bound is 1
   * @param confidence such as 0.95, one-sided
   */
  static double upperBound(int hits, int trials, double confidence) {
    if (trials == 0 || hits >= trials) {
      return 1;
    }
    double low = 0;
    double high = 1;
    for (int i = 0; i < STEPS; i++) {
      double middle = (low + high) / 2;
      if (atMost(hits, trials, middle) > 1 - confidence) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /** The probability of at most so many hits. */
  private static double atMost(int hits, int trials, double p) {
    double sum = 0;
    double logChoose = 0;
    for (int k = 0; k <= hits; k++) {
      sum += Math.exp(logChoose + k * Math.log(p) + (trials - k) * Math.log1p(-p));
      logChoose += Math.log(trials - k) - Math.log(k + 1);
    }
    return sum;
  }
}
