package dev.framepack.engine;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * What a request will take, told before any work.
 *
 * @param onDevice true when the memory is a device's, false when it is the host's
 * @param peakBytes most that tensors take at one time; on a device kernels' scratch and repacked
 *     weights too, on the host those come on top
 * @param weightBytes of it, weights and the ring of streamed ones
 * @param streamedBytes page-locked host memory of weights that are streamed to the device
 * @param limitBytes what it may take on a device
 */
public record MemoryForecast(
    boolean onDevice,
    long peakBytes,
    long weightBytes,
    long streamedBytes,
    OptionalLong limitBytes) {

  /** True when it stays within the limit, or when there is none. */
  public boolean fits() {
    return limitBytes.isEmpty() || peakBytes <= limitBytes.getAsLong();
  }

  /** The figures in one line. */
  public String describe() {
    return "%s memory: %s at the peak, %s of it weights"
            .formatted(onDevice ? "device" : "host", size(peakBytes), size(weightBytes))
        + (streamedBytes == 0 ? "" : "; %s streamed from the host".formatted(size(streamedBytes)))
        + (limitBytes.isEmpty() ? "" : "; limit " + size(limitBytes.getAsLong()));
  }

  /** Bytes for people. */
  public static String size(long bytes) {
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
  }

  /**
   * Throws when the request does not fit.
   *
   * @throws OutOfDeviceMemoryException with the figures
   */
  void requireFit() {
    if (!fits()) {
      throw new OutOfDeviceMemoryException(
          "DEVICE_MEMORY_PLAN",
          "the request does not fit: " + describe(),
          "choose a smaller size or latent window, vae tiling, or a larger --device-memory",
          null);
    }
  }
}
