package dev.framepack.engine;

import dev.framepack.engine.json.JsonObject;
import dev.framepack.weights.ModelPart;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How an engine was opened, as far as it decides bits: threads and the limit of device memory do
 * not.
 *
 * @param folders of the model's parts, or the one file that holds a part's weights
 * @param loras merged into its weights
 * @param backend as it was asked for
 * @param precision as it was asked for
 * @param weightStorage how the transformer's weights lie in memory
 * @param device which GPU
 */
public record EngineSetup(
    Map<ModelPart, Path> folders,
    List<Lora> loras,
    BackendKind backend,
    Precision precision,
    WeightStorage weightStorage,
    int device) {

  public EngineSetup {
    Map<ModelPart, Path> copied = new EnumMap<>(ModelPart.class);
    copied.putAll(folders);
    folders = Collections.unmodifiableMap(copied);
    loras = List.copyOf(loras);
  }

  static EngineSetup of(EngineConfig config) {
    Map<ModelPart, Path> folders = new EnumMap<>(ModelPart.class);
    config
        .folders()
        .folders()
        .keySet()
        .forEach(part -> folders.put(part, config.folders().weights(part)));
    return new EngineSetup(
        folders,
        config.loras(),
        config.backend(),
        config.precision(),
        config.weightStorage(),
        config.device());
  }

  /** The same with a model from elsewhere, yet to be named. */
  public EngineSetup withoutFolders() {
    return new EngineSetup(Map.of(), loras, backend, precision, weightStorage, device);
  }

  /** The same without LoRAs. */
  public EngineSetup withoutLoras() {
    return new EngineSetup(folders, List.of(), backend, precision, weightStorage, device);
  }

  /** A configuration on this machine's processors. */
  public EngineConfig.Builder toBuilder() {
    EngineConfig.Builder builder =
        EngineConfig.builder()
            .backend(backend)
            .precision(precision)
            .weightStorage(weightStorage)
            .device(device);
    folders.forEach(builder::part);
    loras.forEach(lora -> builder.lora(lora.file(), lora.strength()));
    return builder;
  }

  Map<String, Object> toJson() {
    Map<String, Object> paths = new LinkedHashMap<>();
    folders.forEach((part, path) -> paths.put(part.folderName(), path.toAbsolutePath().toString()));
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("folders", paths);
    values.put("loras", loras.stream().map(EngineSetup::toJson).toList());
    values.put("backend", backend.id());
    values.put("precision", precision.id());
    values.put("weightStorage", weightStorage.id());
    values.put("device", device);
    return values;
  }

  private static Map<String, Object> toJson(Lora lora) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("file", lora.file().toAbsolutePath().toString());
    values.put("strength", lora.strength());
    return values;
  }

  static EngineSetup read(JsonObject values) {
    JsonObject paths = values.requireObject("folders");
    Map<ModelPart, Path> folders = new EnumMap<>(ModelPart.class);
    for (ModelPart part : ModelPart.values()) {
      if (paths.has(part.folderName())) {
        folders.put(part, path(paths, part.folderName()));
      }
    }
    return new EngineSetup(
        folders,
        values.objects("loras").stream().map(EngineSetup::lora).toList(),
        named(values, "backend", BackendKind.values(), BackendKind::id),
        named(values, "precision", Precision.values(), Precision::id),
        named(values, "weightStorage", WeightStorage.values(), WeightStorage::id),
        values.integer("device").orElse(0));
  }

  private static Lora lora(JsonObject lora) {
    return new Lora(path(lora, "file"), lora.number("strength").orElse(1.0));
  }

  private static Path path(JsonObject object, String name) {
    try {
      return Path.of(object.requireText(name));
    } catch (InvalidPathException e) {
      throw object.unexpected(name, "a path");
    }
  }

  private static <T> T named(JsonObject setup, String name, T[] values, Function<T, String> id) {
    String text = setup.requireText(name);
    return Arrays.stream(values)
        .filter(value -> id.apply(value).equals(text))
        .findFirst()
        .orElseThrow(() -> setup.unexpected(name, "a known name"));
  }
}
