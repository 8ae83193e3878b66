package dev.framepack.kernels.emulator.parse;

import dev.framepack.kernels.emulator.EmulationException;
import java.util.ArrayList;
import java.util.List;

/** PTX text to tokens, by hand: a kernel is lexed at each cold start. */
final class PtxLexer {
  private final String text;
  private int at;
  private int line = 1;

  PtxLexer(String text) {
    this.text = text;
  }

  List<PtxToken> tokens() {
    List<PtxToken> tokens = new ArrayList<>(text.length() / 4);
    while (skipBlanks()) {
      tokens.add(next());
    }
    tokens.add(new PtxToken(PtxToken.Kind.END, "end of text", line, at));
    return tokens;
  }

  private boolean skipBlanks() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        line++;
        at++;
      } else if (c == ' ' || c == '\t' || c == '\r') {
        at++;
      } else if (text.startsWith("//", at)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", at)) {
        int end = text.indexOf("*/", at + 2);
        end = end < 0 ? text.length() : end + 2;
        line += (int) text.substring(at, end).chars().filter(ch -> ch == '\n').count();
        at = end;
      } else {
        return true;
      }
    }
    return false;
  }

  private PtxToken next() {
    char c = text.charAt(at);
    int start = at;
    if (isWordStart(c)) {
      at++;
      while (at < text.length() && continuesWord()) {
        at += text.charAt(at) == ':' ? 2 : 1;
      }
      return token(PtxToken.Kind.WORD, start);
    }
    if (c >= '0' && c <= '9') {
      at++;
      while (at < text.length() && continuesNumber(start)) {
        at++;
      }
      return token(PtxToken.Kind.NUMBER, start);
    }
    if (c == '"') {
      int end = text.indexOf('"', at + 1);
      if (end > 0) {
        at = end + 1;
        return token(PtxToken.Kind.STRING, start);
      }
    }
    if ("{}[]()<>,;:@!|+-=*".indexOf(c) >= 0) {
      at++;
      return token(PtxToken.Kind.MARK, start);
    }
    throw new EmulationException(
        EmulationException.Kind.SYNTAX,
        "PTX line %s: character '%c' belongs to no token".formatted(line, c));
  }

  private static boolean isWordStart(char c) {
    return Character.isLetter(c) || c == '_' || c == '$' || c == '%' || c == '.';
  }

  private boolean continuesWord() {
    char c = text.charAt(at);
    return Character.isLetterOrDigit(c)
        || c == '_'
        || c == '$'
        || c == '.'
        || (c == ':' && text.startsWith("::", at));
  }

  private boolean continuesNumber(int start) {
    char c = text.charAt(at);
    if (Character.isLetterOrDigit(c) || c == '.') {
      return true;
    }
    boolean decimal = !text.startsWith("0x", start) && !text.startsWith("0f", start);
    char before = text.charAt(at - 1);
    return (c == '-' || c == '+')
        && decimal
        && (before == 'e' || before == 'E')
        && text.charAt(start + 1) != 'd'
        && text.charAt(start + 1) != 'F'
        && text.charAt(start + 1) != 'D'
        && text.charAt(start + 1) != 'X';
  }

  private PtxToken token(PtxToken.Kind kind, int start) {
    return new PtxToken(kind, text.substring(start, at), line, start);
  }
}
