package dev.framepack.engine.demo;

/**
 * How much of each pixel a shape covers, 0 to 1: as it was drawn, or as it was found in a picture.
 *
 * <p>Coordinates are in pixels, x to the right and y down; the middle of the top-left pixel is
 * (0.5, 0.5). Immutable.
 */
public final class ShapeMask {
  private static final double LEAST_WEIGHT = 1e-3;

  /** Cover of the pixel in a column and a row. */
  interface Cover {
    double at(int column, int row);
  }

  private final int width;
  private final int height;
  private final double[] cover;
  private final double area;
  private final double x;
  private final double y;

  ShapeMask(int width, int height, Cover source) {
    this.width = width;
    this.height = height;
    this.cover = new double[width * height];
    double sum = 0;
    double sumX = 0;
    double sumY = 0;
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double part = source.at(column, row);
        cover[row * width + column] = part;
        sum += part;
        sumX += part * (column + 0.5);
        sumY += part * (row + 0.5);
      }
    }
    double weight = Math.max(sum, LEAST_WEIGHT);
    this.area = sum;
    this.x = sumX / weight;
    this.y = sumY / weight;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /** Cover of one pixel, 0 to 1; 0 outside the picture. */
  public double cover(int column, int row) {
    boolean inside = column >= 0 && column < width && row >= 0 && row < height;
    return inside ? cover[row * width + column] : 0;
  }

  /** Sum of the cover, pixels. */
  public double area() {
    return area;
  }

  /** Of the centroid, pixels from the left edge; 0 when the area is 0. */
  public double x() {
    return x;
  }

  /** Of the centroid, pixels from the upper edge; 0 when the area is 0. */
  public double y() {
    return y;
  }

  /** Between the centroids, pixels. */
  public double distanceTo(ShapeMask other) {
    return Math.hypot(x - other.x, y - other.y);
  }
}
