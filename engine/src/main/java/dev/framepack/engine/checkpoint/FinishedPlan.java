package dev.framepack.engine.checkpoint;

import dev.framepack.engine.json.JsonObject;
import dev.framepack.engine.random.TorchRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A plan that was made, as the manifest has it.
 *
 * @param file name of the file with its window
 * @param sha256 of the file
 * @param bytes length of the file
 * @param noise place of the sections' generator after it
 * @param historyNoise place of the generator of the history's noise after it
 */
record FinishedPlan(
    String file,
    String sha256,
    long bytes,
    TorchRandom.State noise,
    TorchRandom.State historyNoise) {

  private static final List<String> NAMES =
      List.of("file", "sha256", "bytes", "noise", "historyNoise");
  private static final List<String> STATE_NAMES = List.of("seed", "draws", "cachedNormal");

  Map<String, Object> toMap() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("file", file);
    values.put("sha256", sha256);
    values.put("bytes", bytes);
    values.put("noise", toMap(noise));
    values.put("historyNoise", toMap(historyNoise));
    return values;
  }

  static FinishedPlan read(JsonObject object) {
    object.requireOnly(NAMES);
    return new FinishedPlan(
        object.requireText("file"),
        object.requireText("sha256"),
        object.requireWhole("bytes"),
        state(object.requireObject("noise")),
        state(object.requireObject("historyNoise")));
  }

  private static Map<String, Object> toMap(TorchRandom.State state) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("seed", state.seed());
    values.put("draws", state.drawsConsumed());
    values.put(
        "cachedNormal",
        state.cachedNormal().isPresent() ? state.cachedNormal().getAsDouble() : null);
    return values;
  }

  private static TorchRandom.State state(JsonObject object) {
    object.requireOnly(STATE_NAMES);
    long draws = object.requireWhole("draws");
    if (draws < 0) {
      throw object.unexpected("draws", "0 or more");
    }
    return new TorchRandom.State(
        object.integer("seed").orElseThrow(() -> object.unexpected("seed", "a number")),
        draws,
        object.number("cachedNormal").map(OptionalDouble::of).orElseGet(OptionalDouble::empty));
  }
}
