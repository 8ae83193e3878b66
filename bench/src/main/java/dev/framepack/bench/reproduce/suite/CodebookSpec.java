package dev.framepack.bench.reproduce.suite;

import java.io.Serializable;
import java.util.List;

/**
 * A history codebook to fit before the cells are run, from true clips of the demo's world.
 *
 * @param name which {@code history: "codebook:NAME"} refers to, unique within a suite
 * @param size codewords K
 * @param scenes of the demo's world; a clip of each is encoded
 * @param frames of each clip, 4 n + 1
 * @param seed of the fit
 */
public record CodebookSpec(String name, int size, List<String> scenes, int frames, long seed)
    implements Serializable {
  public CodebookSpec {
    scenes = List.copyOf(scenes);
  }
}
