package dev.framepack.engine.checkpoint;

import dev.framepack.engine.TinyVideos;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.pipeline.SectionJournal;
import dev.framepack.engine.random.TorchRandom;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A checkpoint and what goes into it, without an engine. */
final class StoredSections {
  static final String JOB = "one";
  static final RunIdentity IDENTITY =
      new RunIdentity(
          Map.of(
              "engine.version", "1",
              "engine.backend", "cpu",
              "model.transformer/a.safetensors", "00"));
  static final VideoRequest REQUEST = TinyVideos.request().seconds(0.5).build();

  private StoredSections() {}

  static Checkpoint create(Path root) {
    return create(root, JOB);
  }

  static Checkpoint create(Path root, String job) {
    return Checkpoint.create(root, job, REQUEST, IDENTITY, Map.of("device", 0));
  }

  static Checkpoint resume(Path folder) {
    return Checkpoint.resume(folder, REQUEST, IDENTITY);
  }

  static List<SectionPlan> plans() {
    return REQUEST.schedule().plans();
  }

  /** What a plan might have left. */
  static SectionJournal.Entry entry(int plan) {
    TorchRandom random = new TorchRandom(REQUEST.seed());
    float[] values = random.randn(8L + plan);
    TorchRandom history = new TorchRandom(5);
    history.randn(3); // leaves half a pair
    return new SectionJournal.Entry(
        new LatentVideo(1, 8 + plan, 1, 1, values), random.snapshot(), history.snapshot());
  }

  static void add(Checkpoint checkpoint, int plan) {
    checkpoint.journal(stored -> {}).add(plans().get(plan), () -> entry(plan));
  }
}
