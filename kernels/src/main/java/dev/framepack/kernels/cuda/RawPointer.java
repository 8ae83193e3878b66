package dev.framepack.kernels.cuda;

import java.lang.foreign.MemorySegment;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;

/** Addresses as the pointer objects JCuda takes. */
final class RawPointer extends Pointer {

  private RawPointer(long address) {
    super(address);
  }

  /** Native host memory; the caller keeps it alive. */
  static Pointer host(MemorySegment memory) {
    return new RawPointer(memory.address());
  }

  static CUdeviceptr device(long address) {
    return new DevicePointer(address);
  }

  private static final class DevicePointer extends CUdeviceptr {
    DevicePointer(long address) {
      super(new CUdeviceptr(), address);
    }
  }

  /** The handle or address the driver has written into an object. */
  static long value(NativePointerObject object) {
    return new Reader(object).value();
  }

  private static final class Reader extends NativePointerObject {
    Reader(NativePointerObject object) {
      super(object);
    }

    long value() {
      return getNativePointer();
    }
  }
}
