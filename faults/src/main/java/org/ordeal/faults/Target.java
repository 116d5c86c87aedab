package org.ordeal.faults;

/**
 * Whom a fault may hit, or in what shape.
 *
 * @param name as written behind the colon of {@code kill:leader}
 * @param description one clause
 */
public record Target(String name, String description) {}
