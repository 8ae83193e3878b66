package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.DeviceEvent;
import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.PinnedMemory;
import dev.framepack.kernels.gpu.device.PreparedLaunch;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/** A stream that does not wait for the default one. */
final class CudaStream implements DeviceStream, CudaContext.Resource {
  private final CudaContext context;
  private final String purpose;
  private final CUstream stream = new CUstream();

  private CudaStream(CudaContext context, String purpose) {
    this.context = context;
    this.purpose = purpose;
    context.enter();
    context.check(
        "cuStreamCreate for " + purpose,
        JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
  }

  static CudaStream open(CudaContext context, String purpose) {
    return context.own(new CudaStream(context, purpose));
  }

  CUstream handle() {
    return stream;
  }

  @Override
  public void launch(PreparedLaunch launch) {
    context.enter();
    context.working(launch);
    ((CudaPreparedLaunch) launch).enqueue(stream);
  }

  @Override
  public void replay(DeviceGraph graph) {
    context.enter();
    context.working(graph);
    ((CudaGraph) graph).enqueue(stream);
  }

  @Override
  public void copyToDevice(PinnedMemory source, long sourceOffset, long address, long bytes) {
    context.enter();
    context.check(
        "cuMemcpyHtoDAsync",
        JCudaDriver.cuMemcpyHtoDAsync(
            RawPointer.device(address),
            ((CudaPinnedMemory) source).at(sourceOffset, bytes),
            bytes,
            stream));
  }

  @Override
  public void copyToHost(long address, PinnedMemory target, long targetOffset, long bytes) {
    context.enter();
    context.check(
        "cuMemcpyDtoHAsync",
        JCudaDriver.cuMemcpyDtoHAsync(
            ((CudaPinnedMemory) target).at(targetOffset, bytes),
            RawPointer.device(address),
            bytes,
            stream));
  }

  void fill(long address, long bytes, byte value) {
    context.enter();
    context.check(
        "cuMemsetD8Async",
        JCudaDriver.cuMemsetD8Async(RawPointer.device(address), value, bytes, stream));
  }

  @Override
  public void record(DeviceEvent event) {
    context.enter();
    context.check("cuEventRecord", JCudaDriver.cuEventRecord(((CudaEvent) event).handle(), stream));
  }

  @Override
  public void waitFor(DeviceEvent event) {
    context.enter();
    context.check(
        "cuStreamWaitEvent",
        JCudaDriver.cuStreamWaitEvent(stream, ((CudaEvent) event).handle(), 0));
  }

  @Override
  public void synchronize() {
    context.enter();
    context.check("cuStreamSynchronize", JCudaDriver.cuStreamSynchronize(stream));
  }

  @Override
  public void free() {
    context.check("cuStreamDestroy", JCudaDriver.cuStreamDestroy(stream));
  }

  @Override
  public void close() {
    context.release(this);
  }

  @Override
  public String toString() {
    return "stream " + purpose;
  }
}
