package org.ordeal.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** The cluster that tests run on. On a method it replaces that of the class. */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(OrdealExtension.class)
public @interface Cluster {

  /** System under test, as {@code --system} takes it. Property {@code ordeal.system}. */
  String system() default "reference";

  /** Topology, as {@code --topology} takes it. */
  String topology() default "dledger";

  /** {@code sync} or {@code async}. */
  String flush() default "sync";

  /** Brokers in each group; 0 for what the topology needs. */
  int nodes() default 0;

  /** Broker groups. */
  int groups() default 1;

  /** NameServers. */
  int nameServers() default 3;

  /** {@code process} or {@code container}. Property {@code ordeal.runtime}. */
  String runtime() default "process";

  /** Broker properties beyond those of the topology, as {@code key=value}. */
  String[] properties() default {};
}
