package dev.framepack.engine.demo;

import dev.framepack.engine.image.Rgb8Image;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The true future of the built-in start image: where the moving shape is in every frame, and how to
 * find it in a picture.
 *
 * <p>A pixel p counts as shape by how far it lies between the known background's colour b and the
 * shape's colour c: {@code alpha = clamp((p - b).(c - b) / |c - b|^2, 0, 1)}, taken as 0 up to 0.4
 * and where b and c are too alike.
 */
public final class DemoWorld {
  private static final double LEAST_ALPHA = 0.4;
  private static final double LEAST_CONTRAST = 3252;

  /**
   * Where a shape was found: pixels, the centre of the top-left one is (0.5, 0.5); its area in
   * pixels.
   */
  public record Sighting(double x, double y, double area) {}

  private final Rgb8Image background;
  private final int[] shapeRgb;
  private final double areaPixels;
  private final List<double[]> centroids;

  private DemoWorld(
      Rgb8Image background, int[] shapeRgb, double areaPixels, List<double[]> centroids) {
    this.background = background;
    this.shapeRgb = shapeRgb;
    this.areaPixels = areaPixels;
    this.centroids = List.copyOf(centroids);
  }

  /** Reads the world from the jar. */
  public static DemoWorld load() {
    try (InputStream json = resource("world.json");
        InputStream picture = resource("background.png")) {
      JsonNode world = JsonMapper.builder().build().readTree(json);
      List<double[]> centroids = new ArrayList<>();
      for (JsonNode point : world.get("centroids")) {
        centroids.add(new double[] {point.get(0).asDouble(), point.get(1).asDouble()});
      }
      int[] rgb = new int[Rgb8Image.CHANNELS];
      for (int c = 0; c < rgb.length; c++) {
        rgb[c] = world.get("shape_rgb").get(c).asInt();
      }
      return new DemoWorld(read(picture), rgb, world.get("area_pixels").asDouble(), centroids);
    } catch (IOException e) {
      throw new UncheckedIOException("the demo's world could not be read from the jar", e);
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        DemoWorld.class.getResourceAsStream("world/" + name), "resource world/" + name);
  }

  private static Rgb8Image read(InputStream picture) throws IOException {
    Path file = Files.createTempFile("framepack-world-", ".png");
    try {
      Files.write(file, picture.readAllBytes());
      return Rgb8Image.read(file);
    } finally {
      Files.delete(file);
    }
  }

  /** Frames whose truth is known. */
  public int frames() {
    return centroids.size();
  }

  /** Where the shape's centroid truly is, pixels. */
  public Sighting truth(int frame) {
    double[] point = centroids.get(frame);
    return new Sighting(point[0], point[1], areaPixels);
  }

  /** Finds the shape in a frame; area 0 when there is none. */
  public Sighting find(Rgb8Image frame) {
    double x = 0;
    double y = 0;
    double area = 0;
    for (int row = 0; row < frame.height(); row++) {
      for (int column = 0; column < frame.width(); column++) {
        double alpha = alpha(frame, column, row);
        x += alpha * (column + 0.5);
        y += alpha * (row + 0.5);
        area += alpha;
      }
    }
    double weight = Math.max(area, 1e-3);
    return new Sighting(x / weight, y / weight, area);
  }

  /** Whether a shape of about the right size was found. */
  public boolean isShape(Sighting sighting) {
    return sighting.area() > areaPixels / 2 && sighting.area() < areaPixels * 1.5;
  }

  private double alpha(Rgb8Image frame, int x, int y) {
    double along = 0;
    double contrast = 0;
    for (int c = 0; c < Rgb8Image.CHANNELS; c++) {
      int b = background.sample(x, y, c);
      along += (double) (frame.sample(x, y, c) - b) * (shapeRgb[c] - b);
      contrast += Math.pow(shapeRgb[c] - b, 2);
    }
    double alpha = contrast <= LEAST_CONTRAST ? 0 : Math.clamp(along / contrast, 0, 1);
    return alpha <= LEAST_ALPHA ? 0 : alpha;
  }
}
