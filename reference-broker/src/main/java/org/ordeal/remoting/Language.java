package org.ordeal.remoting;

/** The language of a peer's client library, as headers name it; each with its binary code. */
public enum Language {
  JAVA(0),
  CPP(1),
  DOTNET(2),
  PYTHON(3),
  DELPHI(4),
  ERLANG(5),
  RUBY(6),
  OTHER(7),
  HTTP(8),
  GO(9),
  PHP(10),
  OMS(11),
  RUST(12),
  NODE_JS(13);

  final int code;

  Language(int code) {
    this.code = code;
  }

  /** The language of that name, {@link #OTHER} where the name is not known. */
  static Language named(String name) {
    for (var language : values()) {
      if (language.name().equals(name)) {
        return language;
      }
    }
    return OTHER;
  }

  /** The language of that code, {@link #OTHER} where the code is not known. */
  static Language of(byte code) {
    for (var language : values()) {
      if (language.code == code) {
        return language;
      }
    }
    return OTHER;
  }
}
