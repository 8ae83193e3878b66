package dev.framepack.engine.checkpoint;

import dev.framepack.engine.hash.Sha256;
import dev.framepack.engine.json.Json;
import dev.framepack.engine.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a checkpoint says of itself: {@value #FILE}, sealed by a hash of its content and accepted
 * only in the very bytes in which it is written.
 *
 * @param job whose it is
 * @param identity what must be the same to go on
 * @param setup how the engine was opened; a convenience, nothing depends on it
 * @param request all of it, by {@link dev.framepack.engine.request.RequestJson}
 * @param plans those that were made, in order
 */
record Manifest(
    String job,
    RunIdentity identity,
    Map<String, Object> setup,
    Map<String, Object> request,
    List<FinishedPlan> plans) {

  static final String FILE = "manifest.json";
  static final int FORMAT = 1;

  private static final String SEAL = "sha256";
  private static final List<String> NAMES =
      List.of("format", "job", "identity", "setup", "request", "plans");

  Manifest {
    plans = List.copyOf(plans);
  }

  /** With one more plan. */
  Manifest with(FinishedPlan plan) {
    List<FinishedPlan> more = new ArrayList<>(plans);
    more.add(plan);
    return new Manifest(job, identity, setup, request, more);
  }

  byte[] encode() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("format", FORMAT);
    values.put("job", job);
    values.put("identity", identity.facts());
    values.put("setup", setup);
    values.put("request", request);
    values.put("plans", plans.stream().map(FinishedPlan::toMap).toList());
    return sealed(values);
  }

  private static byte[] sealed(Map<String, Object> values) {
    Map<String, Object> sealed = new LinkedHashMap<>(values);
    sealed.put(SEAL, Sha256.of(Json.oneLine(values).getBytes(StandardCharsets.US_ASCII)));
    return Json.document(sealed);
  }

  /**
   * Reads one.
   *
   * @param file where it came from, for messages
   */
  static Manifest decode(Path file, byte[] text) {
    JsonObject whole = JsonObject.parse(text, fault -> CheckpointErrors.damaged(file, fault, null));
    int format = whole.integer("format").orElseThrow(() -> whole.unexpected("format", "a number"));
    if (format != FORMAT) {
      throw CheckpointErrors.otherFormat(file, FORMAT, format);
    }
    JsonObject content = whole.without(List.of(SEAL));
    if (!Arrays.equals(sealed(content.toMap()), text)) {
      throw CheckpointErrors.damaged(file, "sha256: its content is not what was written", null);
    }
    content.requireOnly(NAMES);
    return new Manifest(
        content.requireText("job"),
        new RunIdentity(content.texts("identity")),
        content.requireObject("setup").toMap(),
        content.requireObject("request").toMap(),
        content.objects("plans").stream().map(FinishedPlan::read).toList());
  }
}
