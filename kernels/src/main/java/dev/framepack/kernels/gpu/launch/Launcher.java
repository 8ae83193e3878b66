package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import java.util.List;

/** How one operation, or a family that shares a kernel, is launched. Stateless. */
interface Launcher {

  /** Every kernel it may choose, for the compile gate, the kit and the benchmarks. */
  List<PtxKernel> kernels();

  /** Adds the call's launches; an empty output adds none. */
  void launch(OpCall call, LaunchPlan plan);
}
