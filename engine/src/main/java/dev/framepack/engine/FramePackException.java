package dev.framepack.engine;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Root of every failure the engine reports on purpose.
 *
 * <p>The message is one line, {@code CODE: what happened; remedy}, at most {@value #MAX_LENGTH}
 * characters, with control characters escaped, so that it can be printed to a terminal or a log
 * whatever the input was.
 */
public abstract class FramePackException extends RuntimeException {

  private static final int MAX_LENGTH = 400;

  private final String code;
  private final String remedy;

  /**
   * @param code stable identifier such as {@code IMAGE_TOO_LARGE}
   * @param message what, where, expected, found
   * @param remedy what the caller can do about it; empty when there is nothing to say
   * @param cause the failure below, if any
   */
  protected FramePackException(
      String code, String message, String remedy, @Nullable Throwable cause) {
    super(oneLine(code, message, remedy), cause);
    this.code = Objects.requireNonNull(code);
    this.remedy = escape(remedy);
  }

  /** Stable identifier of the kind of failure, for programs. */
  public final String code() {
    return code;
  }

  /** What the caller can do about it, in one line; may be empty. */
  public final String remedy() {
    return remedy;
  }

  /** Escapes control characters, line separators and bidirectional overrides. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(c -> appendEscaped(escaped, c));
    return escaped.toString();
  }

  private static String oneLine(String code, String message, String remedy) {
    String tail = remedy.isEmpty() ? "" : "; " + escape(remedy);
    String head = code + ": " + escape(message);
    if (head.length() + tail.length() <= MAX_LENGTH) {
      return head + tail;
    }
    // The remedy is short and ours; the message may quote a long input, so the message gives way.
    if (tail.length() > MAX_LENGTH / 2) {
      tail = shorten(tail, MAX_LENGTH / 2);
    }
    return shorten(head, MAX_LENGTH - tail.length()) + tail;
  }

  private static String shorten(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int end = length - 3;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
        + "...";
  }

  private static void appendEscaped(StringBuilder out, int c) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        int type = Character.getType(c);
        boolean unprintable =
            Character.isISOControl(c)
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
        if (!unprintable) {
          out.appendCodePoint(c);
        } else if (Character.isBmpCodePoint(c)) {
          appendHex(out, (char) c);
        } else {
          appendHex(out, Character.highSurrogate(c));
          appendHex(out, Character.lowSurrogate(c));
        }
      }
    }
  }

  private static void appendHex(StringBuilder out, char c) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(Character.forDigit((c >> shift) & 0xF, 16));
    }
  }
}
