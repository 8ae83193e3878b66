package dev.framepack.kernels.gpu.device;

/** Extent of a grid or block. */
public record Dim3(int x, int y, int z) {
  public Dim3 {
    if (x < 1 || y < 1 || z < 1) {
      throw new IllegalArgumentException("Dim3: must be positive, found " + x + "," + y + "," + z);
    }
  }

  public static Dim3 of(long x) {
    return of(x, 1, 1);
  }

  public static Dim3 of(long x, long y) {
    return of(x, y, 1);
  }

  public static Dim3 of(long x, long y, long z) {
    return new Dim3(Math.toIntExact(x), Math.toIntExact(y), Math.toIntExact(z));
  }

  public long count() {
    return (long) x * y * z;
  }
}
