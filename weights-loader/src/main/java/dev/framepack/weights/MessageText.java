package dev.framepack.weights;

/** Makes text that came from a file fit to stand in a one-line message. */
public final class MessageText {
  private MessageText() {}

  /** Quoted, escaped and cut to about {@code limit} characters. */
  public static String quote(String text, int limit) {
    String shortened = text.length() > limit ? text.substring(0, limit) : text;
    return "'" + abbreviate(escape(shortened) + (text.length() > limit ? "..." : ""), limit) + "'";
  }

  /**
   * Control, format and unpaired surrogate characters as escapes, so nothing reaches a terminal
   * raw.
   */
  public static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(point -> {
          if (isPlain(point)) {
            out.appendCodePoint(point);
          } else if (point <= 0xFFFF) {
            out.append("\\u%04x".formatted(point));
          } else {
            out.append("\\U%08x".formatted(point));
          }
        });
    return out.toString();
  }

  private static boolean isPlain(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  static String abbreviate(String text, int limit) {
    return text.length() <= limit ? text : text.substring(0, Math.max(0, limit - 3)) + "...";
  }
}
