package dev.framepack.bench.reproduce.spark;

import dev.framepack.bench.reproduce.run.AtomicFile;
import dev.framepack.bench.reproduce.run.Codebooks;
import dev.framepack.bench.reproduce.run.PlannedCell;
import dev.framepack.bench.reproduce.run.SceneInput;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the cells of a run share, sent once to every executor. */
final class SentInputs implements Serializable {
  private final Map<String, SentScene> scenes = new LinkedHashMap<>();
  private final Map<String, byte[]> codebooks = new LinkedHashMap<>();
  private transient @Nullable Codebooks received;

  /**
   * The scenes of some cells, and codebooks.
   *
   * @throws dev.framepack.engine.OutputException when a codebook cannot be read
   */
  SentInputs(List<PlannedCell> cells, Codebooks books) {
    for (PlannedCell planned : cells) {
      SceneInput scene = planned.cell().scene();
      scenes.computeIfAbsent(scene.name(), name -> new SentScene(scene));
    }
    books.files().forEach((name, file) -> codebooks.put(name, content(file)));
  }

  private static byte[] content(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw AtomicFile.failure(file, e);
    }
  }

  SceneInput scene(String name) {
    return Objects.requireNonNull(scenes.get(name)).received();
  }

  /**
   * The codebooks as files of this process, written when first asked for.
   *
   * @throws dev.framepack.engine.OutputException when the temporary folder cannot be written
   */
  synchronized Codebooks codebooks() {
    if (received == null) {
      Map<String, Path> files = new LinkedHashMap<>();
      codebooks.forEach((name, content) -> files.put(name, temporary(content)));
      received = new Codebooks(files);
    }
    return received;
  }

  private static Path temporary(byte[] content) {
    try {
      Path file = Files.createTempFile("framepack-codebook-", ".safetensors");
      file.toFile().deleteOnExit();
      AtomicFile.write(file, content);
      return file;
    } catch (IOException e) {
      throw AtomicFile.failure(Path.of(System.getProperty("java.io.tmpdir")), e);
    }
  }
}
