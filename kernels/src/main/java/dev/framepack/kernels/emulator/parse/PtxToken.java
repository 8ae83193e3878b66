package dev.framepack.kernels.emulator.parse;

/**
 * A token: words keep their dots, {@code ld.global.v4.f32} is one.
 *
 * @param start where it begins in the text
 */
record PtxToken(Kind kind, String text, int line, int start) {
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
