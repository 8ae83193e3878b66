package dev.framepack.bench.reproduce.suite;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A video that nothing generates, to see the others against. */
public enum Reference {
  /** What the scene's world truly does. */
  TRUTH,
  /** The start image over and over. */
  STILL;

  /** The name in suite files. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The reference of this name. */
  static Optional<Reference> named(String name) {
    return Arrays.stream(values()).filter(reference -> reference.id().equals(name)).findFirst();
  }

  /** Names of all references. */
  static String names() {
    return Arrays.stream(values()).map(Reference::id).collect(Collectors.joining(" or "));
  }
}
