package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.Launch;
import java.util.List;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/** Launches captured from a stream. */
final class CudaGraph implements DeviceGraph, CudaContext.Resource {
  private final CudaContext context;
  private final List<Launch> launches;
  private final CUgraphExec executable = new CUgraphExec();

  private CudaGraph(
      CudaContext context, DriverFunctions driver, List<Launch> launches, CUstream stream) {
    this.context = context;
    this.launches = List.copyOf(launches);
    context.enter();
    CUgraph graph = capture(driver, stream);
    try {
      context.check(
          "cuGraphInstantiate of " + this, JCudaDriver.cuGraphInstantiate(executable, graph, 0));
    } finally {
      JCudaDriver.cuGraphDestroy(graph);
    }
  }

  /**
   * @param stream to capture from; nobody else uses it meanwhile
   */
  static CudaGraph record(
      CudaContext context, DriverFunctions driver, List<Launch> launches, CUstream stream) {
    return context.own(new CudaGraph(context, driver, launches, stream));
  }

  private CUgraph capture(DriverFunctions driver, CUstream stream) {
    context.check(
        "cuStreamBeginCapture",
        JCudaDriver.cuStreamBeginCapture(
            stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    CUgraph graph = new CUgraph();
    boolean complete = false;
    try {
      for (Launch launch : launches) {
        // The driver copies a node's arguments, so those of the launch can go.
        try (CudaPreparedLaunch prepared = CudaPreparedLaunch.prepare(context, driver, launch)) {
          prepared.enqueue(stream);
        }
      }
      complete = true;
    } finally {
      int code = JCudaDriver.cuStreamEndCapture(stream, graph);
      if (complete) {
        context.check("cuStreamEndCapture", code);
      } else if (RawPointer.value(graph) != 0) {
        JCudaDriver.cuGraphDestroy(graph);
      }
    }
    return graph;
  }

  @Override
  public List<Launch> launches() {
    return launches;
  }

  /** Queues it; the context is current. */
  void enqueue(CUstream stream) {
    if (!launches.isEmpty()) {
      context.check("cuGraphLaunch", JCudaDriver.cuGraphLaunch(executable, stream));
    }
  }

  @Override
  public void free() {
    context.check("cuGraphExecDestroy", JCudaDriver.cuGraphExecDestroy(executable));
  }

  @Override
  public void close() {
    context.release(this);
  }

  @Override
  public String toString() {
    if (launches.isEmpty()) {
      return "an empty graph";
    }
    return "a graph of %s launches, %s (%s) to %s (%s)"
        .formatted(
            launches.size(),
            launches.getFirst().label(),
            launches.getFirst().function().name(),
            launches.getLast().label(),
            launches.getLast().function().name());
  }
}
