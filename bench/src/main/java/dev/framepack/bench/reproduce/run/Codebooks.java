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

  /** Makes a codebook's file. */
  public interface Fitter {

    /**
     * Fits and writes a codebook.
     *
     * @throws dev.framepack.engine.FramePackException for clips that cannot be encoded or fitted,
     *     and for a file that cannot be written
     */
    void fit(CodebookSpec spec, Path file);
  }

  /**
   * Fits what is not there yet.
   *
   * @param identity whose model encodes the clips
   * @param fitter makes what is missing
   * @throws dev.framepack.engine.FramePackException for a codebook that cannot be made
   */
  public static Codebooks fit(Suite suite, RunIdentity identity, RunFolder folder, Fitter fitter) {
    Path codebooks = folder.path().resolve(FOLDER);
    Map<String, Path> files = new LinkedHashMap<>();
    for (CodebookSpec spec : suite.codebooks()) {
      createFolder(codebooks);
      String key = key(spec, identity).substring(0, KEY_DIGITS);
      Path file = codebooks.resolve("%s-%s.safetensors".formatted(spec.name(), key));
      if (!Files.exists(file)) {
        fitter.fit(spec, file);
      }
      files.put(spec.name(), file);
    }
    return new Codebooks(files);
  }

  private static void createFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw AtomicFile.failure(folder, e);
    }
  }

  private static String key(CodebookSpec spec, RunIdentity identity) {
    return identity.keyOf(Canonical.of(spec));
  }

  /**
   * A {@link Fitter} on an engine, in whose autoencoder the clips are encoded.
   *
   * @throws dev.framepack.engine.FramePackException for clips that cannot be encoded or fitted, and
   *     for a file that cannot be written
   */
  public static void fit(CodebookSpec spec, FramePackEngine engine, Path file) {
    CodebookFit fit = new CodebookFit(spec.size(), spec.seed());
    for (String name : spec.scenes()) {
      DemoScene scene = DemoScene.parse(name);
      fit.add(engine.encode(IntStream.range(0, spec.frames()).mapToObj(scene::frame).toList()));
    }
    try {
      fit.fit().write(file);
    } catch (IOException e) {
      throw AtomicFile.failure(file, e);
    }
  }
}
