package org.ordeal.history;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The four kinds of event in a history. */
public enum OperationType {
  /** A process begins an operation. */
  @JsonProperty("invoke")
  INVOKE,
  /** The operation certainly took effect, between its invocation and now. */
  @JsonProperty("ok")
  OK,
  /** The operation certainly had no effect. */
  @JsonProperty("fail")
  FAIL,
  /** The operation may have taken effect, may take effect at any time later, or never. */
  @JsonProperty("info")
  INFO
}
