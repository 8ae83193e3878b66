package dev.framepack.kernels.emulator.parse;

import dev.framepack.kernels.emulator.EmulationException;
import java.util.List;

/** A cursor over tokens, and the errors that name a line and its text. */
final class PtxTokens {
  private final List<PtxToken> tokens;
  private final String text;
  private final String[] lines;
  private int at;

  PtxTokens(String text) {
    this.tokens = new PtxLexer(text).tokens();
    this.text = text;
    this.lines = text.split("\n", -1);
  }

  PtxToken peek() {
    return tokens.get(at);
  }

  PtxToken peekSecond() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  PtxToken next() {
    PtxToken token = tokens.get(at);
    if (token.kind() != PtxToken.Kind.END) {
      at++;
    }
    return token;
  }

  boolean skip(String what) {
    boolean found = peek().is(what);
    if (found) {
      at++;
    }
    return found;
  }

  void expect(String what) {
    PtxToken token = next();
    if (!token.is(what)) {
      throw error(token, "expected '" + what + "', found '" + token.text() + "'");
    }
  }

  PtxToken expectWord() {
    PtxToken token = next();
    if (token.kind() != PtxToken.Kind.WORD) {
      throw error(token, "expected a name, found '" + token.text() + "'");
    }
    return token;
  }

  int expectInteger() {
    PtxToken token = next();
    try {
      return Math.toIntExact(PtxLiteral.integer(token.text()));
    } catch (NumberFormatException | ArithmeticException e) {
      throw error(token, "expected an integer, found '" + token.text() + "'");
    }
  }

  /** The text between two tokens on one line, without the second. */
  String between(PtxToken first, PtxToken last) {
    return text.substring(first.start(), last.start()).strip().replaceAll("\\s+", " ");
  }

  /** The source line, trimmed. */
  String lineText(int line) {
    return line <= lines.length ? lines[line - 1].strip() : "";
  }

  EmulationException error(PtxToken token, String message) {
    return new EmulationException(
        EmulationException.Kind.SYNTAX,
        "PTX line %s: %s; line reads: %s".formatted(token.line(), message, lineText(token.line())));
  }
}
