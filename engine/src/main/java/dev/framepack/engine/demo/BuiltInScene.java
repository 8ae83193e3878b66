package dev.framepack.engine.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the scene behind the built-in start image, as {@code src/demo/demo_world.py} wrote it. */
final class BuiltInScene {
  private static final String RESOURCE = "world/world.json";

  private BuiltInScene() {}

  static DemoScene read() {
    try (InputStream json = BuiltInScene.class.getResourceAsStream(RESOURCE)) {
      Objects.requireNonNull(json, RESOURCE + " is missing from the jar");
      return scene(JsonMapper.builder().build().readTree(json).get("spec"));
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " could not be read from the jar", e);
    }
  }

  private static DemoScene scene(JsonNode spec) {
    return new DemoScene(
        SceneShape.valueOf(constant(spec, "shape")),
        SceneColor.valueOf(constant(spec, "color")),
        SceneDirection.valueOf(constant(spec, "move")),
        // The file has the start as a fraction of the free way, 36 pixels; columns are 8 apart.
        Math.toIntExact(Math.round(spec.get("x0").asDouble() * 36 / 8)),
        spec.get("y0").asDouble(),
        rgb(spec.get("bg").get(0)),
        rgb(spec.get("bg").get(1)),
        spec.get("ang").asDouble(),
        spec.get("lm").get(0).asDouble(),
        spec.get("lm").get(1).asDouble(),
        SceneColor.valueOf(constant(spec, "lmc")));
  }

  private static String constant(JsonNode spec, String field) {
    return spec.get(field).asString().toUpperCase(Locale.ROOT);
  }

  private static Rgb rgb(JsonNode node) {
    return new Rgb(node.get(0).asDouble(), node.get(1).asDouble(), node.get(2).asDouble());
  }
}
