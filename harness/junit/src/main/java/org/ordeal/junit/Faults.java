package org.ordeal.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What one run does: its workload and the faults that are injected meanwhile. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Faults {

  /** Faults as {@code --faults} takes them, {@code name} or {@code name:target}; empty for none. */
  String[] value() default {};

  /** Workload. */
  String workload() default "durability";

  /** How long the load runs, such as {@code 30s}. Property {@code ordeal.time}. */
  String time() default "30s";

  /** Operations a second; 0 for the workload's own. */
  int rate() default 0;

  /** Seed; 0 draws one, which the output tells. Property {@code ordeal.seed}. */
  long seed() default 0;

  /** What a lost message means: {@code documented}, {@code keeps} or {@code none}. */
  String require() default "documented";
}
