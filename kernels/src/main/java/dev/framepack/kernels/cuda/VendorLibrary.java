package dev.framepack.kernels.cuda;

import java.util.List;
import java.util.stream.Stream;

/**
 * An optional library of NVIDIA's, by the name the system's loader knows.
 *
 * @param purpose what it would be used for
 */
record VendorLibrary(String name, String purpose) {
  /** The one JCublas was built for. */
  static final String CUBLAS = "libcublas.so.12";

  static final List<String> CUBLAS_LT = List.of("libcublasLt.so.13", "libcublasLt.so.12");

  /** Every version that can be used, the newest first. */
  static List<VendorLibrary> all() {
    return Stream.concat(
            Stream.of(new VendorLibrary(CUBLAS, "matrix products through JCublas")),
            CUBLAS_LT.stream().map(name -> new VendorLibrary(name, "matrix products")))
        .toList();
  }
}
