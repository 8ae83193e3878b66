package dev.framepack.engine.image;

/** How a start or end image is brought to the size of the video; both use Pillow's Lanczos. */
public enum Framing {

  /**
   * Scales to cover the target, keeping the aspect, and cuts out the centre: the desktop
   * application's way.
   */
  COVER_CROP {
    @Override
    Rgb8Image resize(Rgb8Image image, ImageSize target) {
      double scale =
          Math.max(
              target.width() / (double) image.width(), target.height() / (double) image.height());
      int width = (int) Math.rint(image.width() * scale);
      int height = (int) Math.rint(image.height() * scale);
      Rgb8Image covering = PillowResize.resize(image, width, height, PillowResize.Filter.LANCZOS);
      int left = (int) Math.rint((width - target.width()) / 2.0);
      int top = (int) Math.rint((height - target.height()) / 2.0);
      return crop(covering, left, top, target);
    }
  },

  /** Stretches both sides to the target, whatever the aspect: the way of the diffusers pipeline. */
  STRETCH {
    @Override
    Rgb8Image resize(Rgb8Image image, ImageSize target) {
      return PillowResize.resize(
          image, target.width(), target.height(), PillowResize.Filter.LANCZOS);
    }
  };

  abstract Rgb8Image resize(Rgb8Image image, ImageSize target);

  /** The picture at the target size; the picture itself when it has that size already. */
  public Rgb8Image fit(Rgb8Image image, ImageSize target) {
    boolean fits = image.width() == target.width() && image.height() == target.height();
    return fits ? image : resize(image, target);
  }

  private static Rgb8Image crop(Rgb8Image image, int left, int top, ImageSize size) {
    int rowBytes = size.width() * Rgb8Image.CHANNELS;
    byte[] out = new byte[rowBytes * size.height()];
    for (int y = 0; y < size.height(); y++) {
      int start = ((top + y) * image.width() + left) * Rgb8Image.CHANNELS;
      System.arraycopy(image.bytes(), start, out, y * rowBytes, rowBytes);
    }
    return Rgb8Image.wrap(size.width(), size.height(), out);
  }
}
