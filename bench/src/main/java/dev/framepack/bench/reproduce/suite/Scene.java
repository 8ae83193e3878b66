package dev.framepack.bench.reproduce.suite;

import java.nio.file.Path;

/** A start image and what is to happen. */
public sealed interface Scene {

  /** Unique within a suite. */
  String name();

  /**
   * A scene of the demo's world, whose true future is known.
   *
   * @param name {@code built-in} or {@code random:N}
   */
  record Demo(String name) implements Scene {}

  /** A picture with a prompt; what would truly happen is not known. */
  record Picture(String name, Path image, String prompt) implements Scene {}
}
