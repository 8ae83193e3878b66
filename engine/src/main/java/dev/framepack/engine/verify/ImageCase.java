package dev.framepack.engine.verify;

import dev.framepack.engine.image.Buckets;
import dev.framepack.engine.image.Framing;
import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.image.SiglipPreprocessor;
import dev.framepack.weights.config.PreprocessorConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resizing: {@code NAME.rgb} to {@code NAME.center_crop_HxW}, {@code lanczos_HxW}, {@code
 * siglip_S}, {@code bucket640}.
 */
final class ImageCase implements GoldenCase {
  private static final Pattern OUTPUT =
      Pattern.compile("(.+)\\.(center_crop|lanczos|siglip|bucket)_?(\\d+)(?:x(\\d+))?");
  private static final double FLOAT_ROUNDING = 1e-6;

  @Override
  public boolean recognises(Path folder) {
    return Contents.of(folder).stream().anyMatch(name -> name.endsWith(".bucket640"));
  }

  @Override
  public void run(Path folder, Subject subject, Report report) {
    GoldenTensors golden = new GoldenTensors(folder);
    for (String name : golden.names()) {
      Matcher output = OUTPUT.matcher(name);
      if (output.matches()) {
        check(golden, output, report);
      }
    }
  }

  private static void check(GoldenTensors golden, Matcher output, Report report) {
    String source = output.group(1) + ".rgb";
    Rgb8Image image = image(golden, source);
    int side = Integer.parseInt(output.group(3));
    ImageSize target =
        new ImageSize(side, output.group(4) == null ? side : Integer.parseInt(output.group(4)));
    float[] expected = golden.floats(output.group());
    switch (output.group(2)) {
      case "center_crop" ->
          report.check(
              output.group(), floats(Framing.COVER_CROP.fit(image, target)), expected, EXACT);
      case "lanczos" ->
          report.check(output.group(), floats(Framing.STRETCH.fit(image, target)), expected, EXACT);
      case "siglip" ->
          report.check(
              output.group(),
              new SiglipPreprocessor(siglip(target), SiglipPreprocessor.BytePath.AS_IS)
                  .pixels(image),
              expected,
              FLOAT_ROUNDING);
      default -> {
        ImageSize bucket = Buckets.nearest(new ImageSize(image.height(), image.width()));
        report.check(
            output.group(), GoldenTensors.floats(bucket.height(), bucket.width()), expected, EXACT);
      }
    }
  }

  static Rgb8Image image(GoldenTensors golden, String name) {
    return Rgb8Image.wrap(golden.size(name, 1), golden.size(name, 0), golden.bytes(name));
  }

  private static float[] floats(Rgb8Image image) {
    byte[] rgb = image.rgb();
    float[] floats = new float[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      floats[i] = rgb[i] & 0xFF;
    }
    return floats;
  }

  /** The released model's preprocessing at another size. */
  private static PreprocessorConfig siglip(ImageSize size) {
    List<Double> half = List.of(0.5, 0.5, 0.5);
    return new PreprocessorConfig(size.height(), size.width(), 1.0 / 255, half, half);
  }
}
