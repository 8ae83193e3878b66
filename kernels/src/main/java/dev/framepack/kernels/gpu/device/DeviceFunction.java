package dev.framepack.kernels.gpu.device;

/** A loaded kernel. */
public interface DeviceFunction {
  String name();

  /** Registers of one thread, as the device's compiler allotted them; 0 when it cannot tell. */
  int registers();

  /** Bytes of spills and stack of one thread; 0 when it cannot tell. */
  int localBytes();
}
