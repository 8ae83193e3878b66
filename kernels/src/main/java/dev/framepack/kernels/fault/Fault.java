package dev.framepack.kernels.fault;

import dev.framepack.kernels.cuda.CudaResult;

/** A way to fail. */
@FunctionalInterface
public interface Fault {

  /**
   * Throws what the call would throw.
   *
   * @param what the call was for: a purpose, a program
   */
  void strike(FaultSite site, String what);

  /** The driver answers with a result code: 2 is no memory, 700 a lost context. */
  static Fault cuda(int code) {
    return (site, what) -> {
      throw CudaResult.exception(site.driverCall() + " for " + what, code);
    };
  }

  /** The host has no memory left. */
  static Fault hostMemory() {
    return (site, what) -> {
      throw new OutOfMemoryError("injected: " + what);
    };
  }
}
