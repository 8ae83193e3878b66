package dev.framepack.weights;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A module path that some files put before every name and others leave out.
 *
 * @param text with its closing dot, for example {@code text_model.}
 */
public record NamePrefix(String text) {
  public NamePrefix {
    if (!text.endsWith(".")) {
      throw new IllegalArgumentException("a name prefix ends with a dot, found " + text);
    }
  }

  /**
   * Names without the longest of the prefixes they begin with, each with the name it has in the
   * file.
   *
   * @throws WeightException {@code MODEL_NAME_COLLISION} when two names become one
   */
  static Map<String, String> storedByCanonical(
      Path file, Collection<String> stored, List<NamePrefix> prefixes) {
    List<String> longestFirst =
        prefixes.stream()
            .map(NamePrefix::text)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
    Map<String, String> names = LinkedHashMap.newLinkedHashMap(stored.size());
    for (String name : stored) {
      String canonical =
          longestFirst.stream()
              .filter(prefix -> name.startsWith(prefix) && name.length() > prefix.length())
              .findFirst()
              .map(prefix -> name.substring(prefix.length()))
              .orElse(name);
      String other = names.put(canonical, name);
      if (other != null) {
        throw WeightException.inTensor(
            WeightError.MODEL_NAME_COLLISION,
            file,
            canonical,
            "stands for both %s and %s"
                .formatted(MessageText.quote(other, 60), MessageText.quote(name, 60)));
      }
    }
    return names;
  }
}
