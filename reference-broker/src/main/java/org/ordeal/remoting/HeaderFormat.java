package org.ordeal.remoting;

/** How the header of a frame is written; an answer uses the format of its request. */
public enum HeaderFormat {
  JSON(0),
  ROCKETMQ(1);

  /** The first byte of the second word of a frame. */
  final int code;

  HeaderFormat(int code) {
    this.code = code;
  }

  static HeaderFormat of(byte code) throws CorruptFrameException {
    return switch (code) {
      case 0 -> JSON;
      case 1 -> ROCKETMQ;
      default ->
          throw new CorruptFrameException("A frame tells the unknown header format " + code + ".");
    };
  }
}
