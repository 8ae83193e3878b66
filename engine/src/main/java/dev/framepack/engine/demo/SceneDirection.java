package dev.framepack.engine.demo;

import java.util.Locale;

/** Where a shape sets out to; at the end of its way it bounces. */
public enum SceneDirection {
  LEFT,
  RIGHT;

  /** The word in the prompt. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
