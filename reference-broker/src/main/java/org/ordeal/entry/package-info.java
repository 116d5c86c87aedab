/**
 * What the container image starts: NameServer, broker and health check behind one entry point.
 *
 * <p>A container has no comfortable way to hand a program a file, so here each of RocketMQ's
 * properties can come from the environment too, as {@code ROCKETMQ_CONF_<property>}. What is given
 * there wins over the file, and errors name the variable. Only the image reads these variables: a
 * broker that is started otherwise is not changed by what happens to be in its environment.
 */
@NullMarked
package org.ordeal.entry;

import org.jspecify.annotations.NullMarked;
