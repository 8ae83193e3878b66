package dev.framepack.weights;

import java.util.List;
import java.util.stream.Collectors;

/** The first few of many names, for a message. */
final class NameList {
  private static final int SHOWN = 5;
  private static final int MAX_NAME_CHARS = 60;

  private NameList() {}

  static String of(List<String> names) {
    return names.stream()
            .limit(SHOWN)
            .map(name -> MessageText.quote(name, MAX_NAME_CHARS))
            .collect(Collectors.joining(", "))
        + (names.size() > SHOWN ? ", ..." : "");
  }
}
