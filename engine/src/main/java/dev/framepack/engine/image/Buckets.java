package dev.framepack.engine.image;

import java.util.List;

/**
 * The output sizes of about 640x640 pixels the transformer was trained on (specification section
 * 6).
 */
public final class Buckets {

  /** By rising height. */
  private static final List<ImageSize> SIZES =
      List.of(
          new ImageSize(416, 960),
          new ImageSize(448, 864),
          new ImageSize(480, 832),
          new ImageSize(512, 768),
          new ImageSize(544, 704),
          new ImageSize(576, 672),
          new ImageSize(608, 640),
          new ImageSize(640, 608),
          new ImageSize(672, 576),
          new ImageSize(704, 544),
          new ImageSize(768, 512),
          new ImageSize(832, 480),
          new ImageSize(864, 448),
          new ImageSize(960, 416));

  private Buckets() {}

  public static List<ImageSize> sizes() {
    return SIZES;
  }

  /** The bucket (h, w) that minimises |H w - W h|; of two equally near ones the higher. */
  public static ImageSize nearest(ImageSize image) {
    ImageSize best = SIZES.getFirst();
    long least = Long.MAX_VALUE;
    for (ImageSize bucket : SIZES) {
      long distance =
          Math.abs((long) image.height() * bucket.width() - (long) image.width() * bucket.height());
      if (distance <= least) {
        least = distance;
        best = bucket;
      }
    }
    return best;
  }
}
