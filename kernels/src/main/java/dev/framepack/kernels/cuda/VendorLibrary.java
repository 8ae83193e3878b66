package dev.framepack.kernels.cuda;

import java.util.List;

/**
 * An optional library of NVIDIA's, by the name the system's loader knows.
 *
 * @param purpose what it would be used for
 */
record VendorLibrary(String name, String purpose) {

  /** Each with every version that can be used, the newest first. */
  static List<VendorLibrary> all() {
    return List.of(
        new VendorLibrary("libcublas.so.12", "matrix products through JCublas"),
        new VendorLibrary("libcublasLt.so.13", "matrix products"),
        new VendorLibrary("libcublasLt.so.12", "matrix products"),
        new VendorLibrary("libcudnn.so.9", "convolutions"));
  }
}
