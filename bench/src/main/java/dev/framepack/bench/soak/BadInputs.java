package dev.framepack.bench.soak;

import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.FramePackException;
import dev.framepack.engine.GenerationListener;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.weights.LoadMode;
import dev.framepack.weights.WeightException;
import dev.framepack.weights.WeightFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What a program should refuse, each in its own way; whatever is not refused by type is a fault.
 */
final class BadInputs {
  /** Something wrong to try. */
  private interface Attempt {
    void run(FramePackEngine engine, Random random) throws IOException;
  }

  private final Path folder;
  private final byte[] picture;
  private final byte[] weights;
  private final Tally tally;
  private final List<Attempt> attempts =
      List.of(
          this::badNumber,
          this::badPrompt,
          this::badNotation,
          this::unfittingPacking,
          this::damagedPicture,
          this::damagedWeights,
          this::missingPicture);

  /**
   * @param folder for damaged files
   * @param picture bytes of a good one
   * @param weights bytes of a good safetensors file
   */
  BadInputs(Path folder, byte[] picture, byte[] weights, Tally tally) {
    this.folder = folder;
    this.picture = picture;
    this.weights = weights;
    this.tally = tally;
  }

  /** One of them, by chance. */
  void submit(FramePackEngine engine, Random random) throws IOException {
    try {
      attempts.get(random.nextInt(attempts.size())).run(engine, random);
      tally.violation(Tally.Count.UNEXPECTED, "a bad input was accepted");
    } catch (FramePackException | WeightException e) {
      tally.add(Tally.Count.BAD_INPUTS);
    }
  }

  private static VideoRequest.Builder request() {
    DemoScene scene = DemoScene.builtIn();
    return VideoRequest.builder()
        .image(scene.startImage())
        .prompt(scene.prompt())
        .size(32, 32)
        .latentWindow(1)
        .steps(1)
        .seconds(0.1);
  }

  private void badNumber(FramePackEngine engine, Random random) {
    VideoRequest.Builder request = request();
    switch (random.nextInt(4)) {
      case 0 -> request.steps(0);
      case 1 -> request.seconds(Double.NaN);
      case 2 -> request.size(32, 33);
      default -> request.guidanceScale(-1);
    }
    run(engine, request);
  }

  private void badPrompt(FramePackEngine engine, Random random) {
    run(engine, request().prompt(random.nextBoolean() ? "\0" : "a".repeat(1_000_000)));
  }

  private void badNotation(FramePackEngine engine, Random random) {
    run(
        engine,
        request()
            .history(HistoryPolicy.parse("noise:" + random.nextInt() + ":"))
            .sampling(Sampling.of(PackingNotation.parse("f_g"))));
  }

  /** No fault of the request: only this model has no weights for it. */
  private void unfittingPacking(FramePackEngine engine, Random random) {
    run(
        engine,
        request()
            .sampling(
                Sampling.F1.withPacking(
                    PackingNotation.parse("td_f%sk8f1k1_g1".formatted(1 + random.nextInt(9))))));
  }

  private void missingPicture(FramePackEngine engine, Random random) {
    run(engine, request().image(Rgb8Image.read(folder.resolve("none" + random.nextInt()))));
  }

  private void damagedPicture(FramePackEngine engine, Random random) throws IOException {
    byte[] damaged = Arrays.copyOf(picture, random.nextInt(picture.length)); // cut off
    Path file = Files.write(Files.createTempFile(folder, "bad", ".png"), damaged);
    try {
      run(engine, request().image(Rgb8Image.read(file)));
    } finally {
      Files.delete(file);
    }
  }

  private void damagedWeights(FramePackEngine engine, Random random) throws IOException {
    byte[] damaged = Arrays.copyOf(weights, random.nextInt(weights.length)); // cut off
    Path file = Files.write(Files.createTempFile(folder, "bad", ".safetensors"), damaged);
    try (WeightFile opened = WeightFile.open(file, LoadMode.MAPPED)) {
      tally.violation(Tally.Count.UNEXPECTED, "damaged weights opened: " + opened.path());
    } finally {
      Files.delete(file);
    }
  }

  private static void run(FramePackEngine engine, VideoRequest.Builder request) {
    engine.generate(request.build(), GenerationListener.NONE).close();
  }
}
