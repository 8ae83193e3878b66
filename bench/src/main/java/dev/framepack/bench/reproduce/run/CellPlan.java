package dev.framepack.bench.reproduce.run;

import dev.framepack.bench.reproduce.run.VideoSource.Generated;
import dev.framepack.bench.reproduce.run.VideoSource.Given;
import dev.framepack.bench.reproduce.suite.Reference;
import dev.framepack.bench.reproduce.suite.Suite;
import dev.framepack.bench.reproduce.suite.Variant;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.ModelMismatchException;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.demo.DemoModel;
import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.pipeline.FramePackPipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The cells of a suite in the order they are run. */
public final class CellPlan {
  private CellPlan() {}

  /**
   * Every variant on a scene before the next scene, so that a run that is cut off still compares
   * variants.
   *
   * @param full with the steps of a full run
   * @param identity what else decides a result
   * @param codebooks that histories may name
   */
  public static List<PlannedCell> of(
      Suite suite,
      List<SceneInput> scenes,
      boolean full,
      RunIdentity identity,
      Codebooks codebooks) {
    List<PlannedCell> cells = new ArrayList<>();
    for (long seed : suite.seeds()) {
      for (SceneInput scene : scenes) {
        for (Variant variant : suite.variants()) {
          cells.add(plan(new Cell(variant, scene, seed), full, identity, codebooks));
        }
      }
    }
    return List.copyOf(cells);
  }

  /**
   * What would be run for a cell; the same wherever it is asked for.
   *
   * @param full with the steps of a full run
   * @param identity what else decides a result
   * @param codebooks that its history may name
   */
  public static PlannedCell plan(
      Cell cell, boolean full, RunIdentity identity, Codebooks codebooks) {
    try {
      VideoRequest request =
          VariantRequests.toBuilder(cell.variant(), cell.scene(), cell.seed(), full, codebooks)
              .build();
      VideoSource source = source(cell, request);
      Map<String, Object> canonical =
          switch (source) {
            case Generated generated -> Canonical.of(generated.request());
            case Given given -> Canonical.of(given);
          };
      return new PlannedCell(
          cell, identity.keyOf(canonical, cell.scene()), Optional.of(source), canonical, "");
    } catch (InvalidRequestException | ModelMismatchException e) {
      String refusal = String.valueOf(e.getMessage());
      Map<String, Object> canonical = texts(cell, refusal);
      return new PlannedCell(
          cell, identity.keyOf(canonical, cell.scene()), Optional.empty(), canonical, refusal);
    }
  }

  private static VideoSource source(Cell cell, VideoRequest request) {
    SceneInput scene = cell.scene();
    if (scene.world().isPresent()) {
      requireSideOfWorld(scene, FramePackPipeline.outputSize(request));
    }
    Optional<Reference> reference = cell.variant().reference();
    if (reference.isEmpty()) {
      return new Generated(request);
    }
    if (scene.world().isEmpty()) {
      throw new InvalidRequestException(
          "REFERENCE_SCENE",
          "reference %s: expected a scene of the demo's world, found the picture %s"
              .formatted(reference.get().id(), scene.name()),
          "its future is not known; leave the variant out",
          null);
    }
    return new Given(reference.get(), request.outputFrames());
  }

  /** Found before the video is made, which may take hours, and not when it is measured. */
  private static void requireSideOfWorld(SceneInput scene, ImageSize size) {
    int side = DemoModel.SIDE_PIXELS;
    if (size.width() != side || size.height() != side) {
      throw new InvalidRequestException(
          "SCENE_SIZE",
          "scene %s: expected a video of %sx%s pixels like its true future, found %sx%s"
              .formatted(scene.name(), side, side, size.width(), size.height()),
          "write width: %s and height: %s".formatted(side, side),
          null);
    }
  }

  /** The reason is part of it: an engine that refuses for another reason has changed. */
  private static Map<String, Object> texts(Cell cell, String refusal) {
    Map<String, Object> texts = new TreeMap<>();
    cell.variant().texts().forEach((text, value) -> texts.put(text.key(), value));
    cell.variant().settings().values().forEach((s, value) -> texts.put(s.key(), value.toString()));
    texts.put("scene", cell.scene().name());
    texts.put("seed", cell.seed());
    texts.put("refusal", refusal);
    return texts;
  }
}
