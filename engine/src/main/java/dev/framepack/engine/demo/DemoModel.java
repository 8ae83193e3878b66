package dev.framepack.engine.demo;

import dev.framepack.engine.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * The checkpoint that comes with the engine: moving shapes, 64x64, trained on a synthetic world
 * whose true future is known. Unpacked into a private temporary folder, which closing removes.
 */
public final class DemoModel implements AutoCloseable {
  /** Side of the pictures it was trained on. */
  public static final int SIDE_PIXELS = 64;

  /** Frames of one section with the default latent window, the start image among them. */
  public static final int SECTION_FRAMES = 33;

  /** The built-in prompt; it fits the built-in start image. */
  public static final String PROMPT = "a yellow circle moves right quickly";

  private static final String START_IMAGE = "start.png";

  /** Files of the checkpoint, relative to its folder and to this package. */
  private static final List<String> FILES =
      List.of(
          "feature_extractor/preprocessor_config.json",
          "image_encoder/config.json",
          "image_encoder/model.safetensors",
          "scheduler/scheduler_config.json",
          "text_encoder/config.json",
          "text_encoder/model.safetensors",
          "text_encoder_2/config.json",
          "text_encoder_2/model.safetensors",
          "tokenizer/tokenizer.json",
          "tokenizer/tokenizer_config.json",
          "tokenizer_2/merges.txt",
          "tokenizer_2/tokenizer.json",
          "tokenizer_2/tokenizer_config.json",
          "tokenizer_2/vocab.json",
          "transformer/config.json",
          "transformer/diffusion_pytorch_model.safetensors",
          "vae/config.json",
          "vae/diffusion_pytorch_model.safetensors",
          START_IMAGE);

  private final Path folder;

  private DemoModel(Path folder) {
    this.folder = folder;
  }

  /**
   * Unpacks the checkpoint.
   *
   * @throws ModelFormatException {@code DEMO_MODEL} when the temporary folder cannot be written
   */
  public static DemoModel unpack() {
    Path folder = null;
    try {
      folder = Files.createTempDirectory("framepack-demo-");
      for (String file : FILES) {
        Path target = folder.resolve(file);
        Files.createDirectories(target.getParent());
        try (InputStream resource = DemoModel.class.getResourceAsStream("checkpoint/" + file)) {
          if (resource == null) {
            throw new IOException("resource checkpoint/" + file + " is missing from the jar");
          }
          Files.copy(resource, target);
        }
      }
      return new DemoModel(folder);
    } catch (IOException e) {
      if (folder != null) {
        delete(folder);
      }
      throw new ModelFormatException(
          "DEMO_MODEL",
          "the demo checkpoint could not be unpacked: " + e.getMessage(),
          "check that the temporary folder has 15 MB left",
          e);
    }
  }

  /** A checkpoint folder in the layout of the published ones. */
  public Path folder() {
    return folder;
  }

  /** The built-in start image, 64x64. */
  public Path startImage() {
    return folder.resolve(START_IMAGE);
  }

  @Override
  public void close() {
    delete(folder);
  }

  private static void delete(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, java.io.IOException failure)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      System.getLogger(DemoModel.class.getName())
          .log(System.Logger.Level.WARNING, "temporary folder " + folder + " was not removed", e);
    }
  }
}
