package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.DeviceException;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * The primary context of a device: made current on whatever thread calls, and dead after the first
 * fault that loses it. Holds what must be freed before it goes.
 */
final class CudaContext {

  /** Something of the driver's that closing the device frees. */
  interface Resource {
    /** Frees it; the context is current and alive. */
    void free();
  }

  private final CUdevice device;
  private final CUcontext context = new CUcontext();
  private final Set<Resource> resources = ConcurrentHashMap.newKeySet();
  private volatile @Nullable DeviceException death;
  private volatile boolean closed;

  /** What was last given to the device, for the message of a fault that shows later. */
  private volatile @Nullable Object lastWork;

  CudaContext(CUdevice device) {
    this.device = device;
    CudaDriver.check(
        "cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, device));
  }

  /** Makes the context current on this thread, before every other call. */
  void enter() {
    DeviceException fault = death;
    if (fault != null) {
      throw new DeviceException("the device is lost since: " + fault.getMessage(), true, fault);
    }
    if (closed) {
      throw new IllegalStateException("CUDA device: used after close");
    }
    check("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(context));
  }

  void check(String call, int code) {
    if (code != CUresult.CUDA_SUCCESS) {
      throw failure(call, code);
    }
  }

  private DeviceException failure(String call, int code) {
    Object work = lastWork;
    boolean late = CudaResult.nature(code) == CudaResult.Nature.STICKY && work != null;
    DeviceException failure = CudaResult.exception(late ? call + " after " + work : call, code);
    if (failure.isSticky() && death == null) {
      death = failure;
    }
    return failure;
  }

  void working(Object work) {
    lastWork = work;
  }

  boolean usable() {
    return !closed && death == null;
  }

  <R extends Resource> R own(R resource) {
    resources.add(resource);
    return resource;
  }

  /** Frees a resource once; one of a lost device is left to the process's end. */
  void release(Resource resource) {
    if (resources.remove(resource) && usable()) {
      enter();
      resource.free();
    }
  }

  void releaseAll(Collection<? extends Resource> some) {
    some.forEach(this::release);
  }

  /** Frees what is still open, then gives the context back. */
  void close() {
    if (closed) {
      return;
    }
    releaseAll(Set.copyOf(resources));
    boolean alive = usable();
    closed = true;
    if (alive) {
      CudaDriver.check("cuDevicePrimaryCtxRelease", JCudaDriver.cuDevicePrimaryCtxRelease(device));
    }
  }
}
