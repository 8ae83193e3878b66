package dev.framepack.kernels.fault;

/** The calls of a backend or device that can be made to fail, with the driver's name for each. */
public enum FaultSite {
  /** Memory: an arena, a weight stream, a block of device or page-locked memory. */
  ALLOCATE("cuMemAlloc"),
  /** Compiling a kernel for the device. */
  LOAD("cuModuleLoadDataEx"),
  /** Fixing a program: binding its kernels, recording its graph. */
  PREPARE("cuGraphInstantiate"),
  UPLOAD("cuMemcpyHtoD"),
  DOWNLOAD("cuMemcpyDtoH"),
  /** Running a program: a replay or a launch. */
  RUN("cuGraphLaunch"),
  /** Waiting for the device, where faults of earlier work show. */
  SYNCHRONIZE("cuStreamSynchronize");

  private final String driverCall;

  FaultSite(String driverCall) {
    this.driverCall = driverCall;
  }

  String driverCall() {
    return driverCall;
  }
}
