package dev.framepack.kernels.emulator.parse;

/** A token: words keep their dots, {@code ld.global.v4.f32} is one. */
record PtxToken(Kind kind, String text, int line) {
  enum Kind {
    WORD,
    NUMBER,
    STRING,
    MARK,
    END
  }

  boolean is(String what) {
    return text.equals(what) && kind != Kind.STRING;
  }
}
