package dev.framepack.bench.reproduce.run;

import dev.framepack.bench.codebook.CodebookFit;
import dev.framepack.bench.reproduce.suite.CodebookSpec;
import dev.framepack.bench.reproduce.suite.Suite;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.demo.DemoScene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The codebooks of a suite, each fitted once and kept in the run's folder.
 *
 * @param files by name
 */
public record Codebooks(Map<String, Path> files) {
  private static final String FOLDER = "codebooks";
  private static final int KEY_DIGITS = 16;

  /** No codebook. */
  public static final Codebooks NONE = new Codebooks(Map.of());

  public Codebooks {
    files = Map.copyOf(files);
  }

  /**
   * Fits what is not there yet.
   *
   * @param identity whose model encodes the clips
   * @throws dev.framepack.engine.FramePackException for clips that cannot be encoded or fitted, and
   *     for a folder that cannot be written
   */
  public static Codebooks fit(
      Suite suite, FramePackEngine engine, RunIdentity identity, RunFolder folder) {
    Map<String, Path> files = new LinkedHashMap<>();
    for (CodebookSpec spec : suite.codebooks()) {
      String key = key(spec, identity).substring(0, KEY_DIGITS);
      Path file =
          folder.path().resolve(FOLDER).resolve("%s-%s.safetensors".formatted(spec.name(), key));
      if (!Files.exists(file)) {
        write(spec, engine, file);
      }
      files.put(spec.name(), file);
    }
    return new Codebooks(files);
  }

  private static String key(CodebookSpec spec, RunIdentity identity) {
    Map<String, Object> all = new TreeMap<>(Canonical.of(spec));
    all.put("model", identity.modelHash());
    return Canonical.sha256(all);
  }

  private static void write(CodebookSpec spec, FramePackEngine engine, Path file) {
    CodebookFit fit = new CodebookFit(spec.size(), spec.seed());
    for (String name : spec.scenes()) {
      DemoScene scene = DemoScene.parse(name);
      fit.add(engine.encode(IntStream.range(0, spec.frames()).mapToObj(scene::frame).toList()));
    }
    try {
      Files.createDirectories(file.getParent());
      fit.fit().write(file);
    } catch (IOException e) {
      throw AtomicFile.failure(file, e);
    }
  }
}
