package dev.framepack.bench.reproduce.run;

import dev.framepack.bench.reproduce.suite.Variant;

/** One video of a suite: a variant on a scene with a seed. */
public record Cell(Variant variant, SceneInput scene, long seed) {

  /** For people. */
  @Override
  public String toString() {
    return "%s, %s, seed %s".formatted(variant.name(), scene.name(), seed);
  }
}
