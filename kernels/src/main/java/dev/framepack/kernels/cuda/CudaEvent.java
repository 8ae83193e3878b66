package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.DeviceEvent;
import jcuda.driver.CUevent;
import jcuda.driver.JCudaDriver;

/** A timing event. */
final class CudaEvent implements DeviceEvent, CudaContext.Resource {
  private final CudaContext context;
  private final CUevent event = new CUevent();

  private CudaEvent(CudaContext context) {
    this.context = context;
    context.enter();
    context.check("cuEventCreate", JCudaDriver.cuEventCreate(event, 0));
  }

  static CudaEvent open(CudaContext context) {
    return context.own(new CudaEvent(context));
  }

  CUevent handle() {
    return event;
  }

  @Override
  public void synchronize() {
    context.enter();
    context.check("cuEventSynchronize", JCudaDriver.cuEventSynchronize(event));
  }

  @Override
  public float millisecondsSince(DeviceEvent earlier) {
    float[] milliseconds = new float[1];
    context.enter();
    context.check(
        "cuEventElapsedTime",
        JCudaDriver.cuEventElapsedTime(milliseconds, ((CudaEvent) earlier).event, event));
    return milliseconds[0];
  }

  @Override
  public void free() {
    context.check("cuEventDestroy", JCudaDriver.cuEventDestroy(event));
  }

  @Override
  public void close() {
    context.release(this);
  }
}
