package org.ordeal.broker;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.ResponseCode;
import org.ordeal.replication.Replica.TagFilter;

/** A subscription's expression over tags: {@code *}, or {@code A || B}. */
record TagExpression(Set<Long> hashes) implements TagFilter {

  /**
   * Reads an expression.
   *
   * @param type TAG or absent; anything else is not served
   */
  static TagFilter parse(@Nullable String expression, @Nullable String type)
      throws BadRequestException {
    if (type != null && !type.isEmpty() && !type.equals("TAG")) {
      throw new BadRequestException(
          ResponseCode.SYSTEM_ERROR,
          "The broker does not support consumer to filter message by " + type);
    }
    if (expression == null || expression.isBlank() || expression.strip().equals("*")) {
      return TagFilter.ALL;
    }
    var hashes = new HashSet<Long>();
    for (var tag : expression.split("\\|\\|")) {
      if (!tag.isBlank()) {
        hashes.add((long) tag.strip().hashCode());
      }
    }
    if (hashes.isEmpty()) {
      throw new BadRequestException(
          ResponseCode.SUBSCRIPTION_PARSE_FAILED, "parse the consumer's subscription failed");
    }
    return new TagExpression(Set.copyOf(hashes));
  }

  @Override
  public boolean matches(long tagHash) {
    return hashes.contains(tagHash);
  }
}
