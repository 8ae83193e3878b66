package dev.framepack.weights;

import java.util.List;

/** The first few of many names, for a message. */
public final class NameList {
  private static final int SHOWN = 5;
  private static final int MAX_NAME_CHARS = 60;
  private static final int MAX_CHARS = 200;

  private NameList() {}

  /** Names from files, quoted and cut. */
  public static String of(List<String> names) {
    return fit(quoted(names));
  }

  static List<String> quoted(List<String> names) {
    return names.stream().map(name -> MessageText.quote(name, MAX_NAME_CHARS)).toList();
  }

  /** At most five lines, and no more than fit; at least one. */
  public static String fit(List<String> lines) {
    StringBuilder text = new StringBuilder(lines.getFirst());
    for (String line : lines.subList(1, Math.min(SHOWN, lines.size()))) {
      if (text.length() + line.length() > MAX_CHARS) {
        return text + ", ...";
      }
      text.append(", ").append(line);
    }
    return lines.size() > SHOWN ? text + ", ..." : text.toString();
  }
}
