package org.ordeal.faults.toxiproxy;

import java.util.List;
import java.util.Optional;

/** The kinds of toxic, each with its attributes in the order in which they are written. */
enum ToxicType {
  /** Delays each chunk by {@code latency} +/- {@code jitter} milliseconds; keeps the order. */
  LATENCY("latency", "LatencyToxic", "int64", "latency", "jitter") {
    @Override
    StageBehaviour behave(ToxicStage stage, long[] attributes) {
      return new LatencyBehaviour(stage, attributes[0], attributes[1]);
    }
  },
  /** Lets {@code rate} kilobytes a second through; 0 lets nothing through. */
  BANDWIDTH("bandwidth", "BandwidthToxic", "int64", "rate") {
    @Override
    StageBehaviour behave(ToxicStage stage, long[] attributes) {
      return new BandwidthBehaviour(stage, attributes[0]);
    }
  },
  /** Holds the end of the stream back for {@code delay} milliseconds. */
  SLOW_CLOSE("slow_close", "SlowCloseToxic", "int64", "delay") {
    @Override
    StageBehaviour behave(ToxicStage stage, long[] attributes) {
      return new SlowCloseBehaviour(stage, attributes[0]);
    }
  },
  /** Drops everything; closes after {@code timeout} silent milliseconds, never where that is 0. */
  TIMEOUT("timeout", "TimeoutToxic", "int64", "timeout") {
    @Override
    StageBehaviour behave(ToxicStage stage, long[] attributes) {
      return new TimeoutBehaviour(stage, attributes[0]);
    }
  },
  /** Closes {@code timeout} milliseconds after the first byte, with RST on newer connections. */
  RESET_PEER("reset_peer", "ResetToxic", "int64", "timeout") {
    @Override
    StageBehaviour behave(ToxicStage stage, long[] attributes) {
      return new ResetPeerBehaviour(stage, attributes[0]);
    }
  },
  /** Cuts chunks into pieces of {@code average_size}, {@code delay} microseconds apart. */
  SLICER("slicer", "SlicerToxic", "int", "average_size", "size_variation", "delay") {
    @Override
    StageBehaviour behave(ToxicStage stage, long[] attributes) {
      return new SlicerBehaviour(stage, attributes[0], attributes[1], attributes[2]);
    }
  },
  /** Closes once {@code bytes} bytes have gone through. */
  LIMIT_DATA("limit_data", "LimitDataToxic", "int64", "bytes") {
    @Override
    StageBehaviour behave(ToxicStage stage, long[] attributes) {
      return new LimitDataBehaviour(stage, attributes[0]);
    }
  },
  /** Does nothing. */
  NOOP("noop", "NoopToxic", "int64") {
    @Override
    StageBehaviour behave(ToxicStage stage, long[] attributes) {
      return new StageBehaviour(stage);
    }
  };

  private final String label;
  private final String goStruct;
  private final String goNumber;

  @SuppressWarnings("ImmutableEnumChecker") // List.of makes it so
  private final List<String> attributes;

  ToxicType(String label, String goStruct, String goNumber, String... attributes) {
    this.label = label;
    this.goStruct = goStruct;
    this.goNumber = goNumber;
    this.attributes = List.of(attributes);
  }

  static Optional<ToxicType> parse(String type) {
    for (ToxicType candidate : values()) {
      if (candidate.label.equals(type)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** What a stage with this toxic does from now on. */
  abstract StageBehaviour behave(ToxicStage stage, long[] attributes);

  /** As it is written in JSON. */
  String label() {
    return label;
  }

  /** The name of its struct in the Go server, which error messages quote. */
  String goStruct() {
    return goStruct;
  }

  /** The type of its attributes in the Go server, which error messages quote. */
  String goNumber() {
    return goNumber;
  }

  List<String> attributes() {
    return attributes;
  }
}
