package dev.framepack.engine.request;

import dev.framepack.engine.Sampling;
import dev.framepack.engine.json.JsonObject;
import dev.framepack.engine.packing.GapRule;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.packing.SectionOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sampling in JSON: all of it as an object, its name alone, or what a person changes of a named
 * one or of the order its packing is made for.
 */
final class SamplingJson {
  private static final String ID = "id";
  private static final String PACKING = "packing";
  private static final String ORDER = "order";
  private static final String GAPS = "gaps";
  private static final String ADAPTS_WINDOW = "adaptsWindow";
  private static final String INITIALISE_KERNELS = "initialiseKernels";
  private static final List<String> NAMES =
      List.of(ID, PACKING, ORDER, GAPS, ADAPTS_WINDOW, INITIALISE_KERNELS);

  private SamplingJson() {}

  static Map<String, Object> write(Sampling sampling) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(ID, sampling.id());
    values.put(PACKING, sampling.packing().toString());
    values.put(ORDER, sampling.order().toString());
    values.put(GAPS, sampling.gaps().toString());
    values.put(ADAPTS_WINDOW, sampling.adaptsWindow());
    values.put(INITIALISE_KERNELS, sampling.initialiseKernels());
    return values;
  }

  static Optional<Sampling> read(JsonObject request, String name) {
    if (!request.isObject(name)) {
      return request.text(name).map(Sampling::named);
    }
    JsonObject object = request.requireObject(name);
    object.requireOnly(NAMES);
    return Optional.of(object.has(ADAPTS_WINDOW) ? whole(object) : changed(object));
  }

  private static Sampling whole(JsonObject object) {
    object.requireNames(NAMES);
    return new Sampling(
        object.requireText(ID),
        PackingNotation.parse(object.requireText(PACKING)),
        SectionOrder.parse(object.requireText(ORDER)),
        GapRule.parse(object.requireText(GAPS)),
        object.flag(ADAPTS_WINDOW).orElseThrow(),
        object.flag(INITIALISE_KERNELS).orElse(false));
  }

  private static Sampling changed(JsonObject object) {
    Sampling base =
        object
            .text(ID)
            .map(Sampling::named)
            .or(() -> object.text(PACKING).map(PackingNotation::parse).map(Sampling::of))
            .orElse(Sampling.INVERTED);
    if (object.has(ID) && object.has(PACKING)) {
      base = base.withPacking(PackingNotation.parse(object.requireText(PACKING)));
    }
    if (object.has(ORDER)) {
      base = base.withOrder(SectionOrder.parse(object.requireText(ORDER)));
    }
    if (object.has(GAPS)) {
      base = base.withGaps(GapRule.parse(object.requireText(GAPS)));
    }
    return object.flag(INITIALISE_KERNELS).orElse(false) ? base.withInitialisedKernels() : base;
  }
}
