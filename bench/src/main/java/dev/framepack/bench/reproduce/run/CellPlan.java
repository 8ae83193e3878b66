package dev.framepack.bench.reproduce.run;

import dev.framepack.bench.reproduce.suite.Suite;
import dev.framepack.bench.reproduce.suite.Variant;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.ModelMismatchException;
import dev.framepack.engine.VideoRequest;
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
      Map<String, Object> canonical = Canonical.of(request);
      return new PlannedCell(
          cell, identity.keyOf(canonical, cell.scene()), Optional.of(request), canonical, "");
    } catch (InvalidRequestException | ModelMismatchException e) {
      String refusal = String.valueOf(e.getMessage());
      Map<String, Object> canonical = texts(cell, refusal);
      return new PlannedCell(
          cell, identity.keyOf(canonical, cell.scene()), Optional.empty(), canonical, refusal);
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
