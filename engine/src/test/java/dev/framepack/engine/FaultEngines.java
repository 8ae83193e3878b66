package dev.framepack.engine;

import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import dev.framepack.kernels.emulator.EmulatedDevice;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.fault.Faults;
import dev.framepack.kernels.fault.FaultyBackend;
import dev.framepack.kernels.fault.FaultyDevice;
import dev.framepack.kernels.gpu.GpuBackend;
import java.util.List;

/** Engines on the golden checkpoint whose backend or device fails on purpose. */
final class FaultEngines {
  private FaultEngines() {}

  static FaultyBackend host(Faults faults) {
    return new FaultyBackend(new VectorBackend(1), faults);
  }

  static FaultyDevice device(Faults faults) {
    EmulatorOptions options = EmulatorOptions.defaults();
    return new FaultyDevice(
        new EmulatedDevice(options.withChecks(false).withWorkers(2, options.instructionLimit())),
        faults);
  }

  static FramePackEngine open(FaultyBackend backend) {
    return FramePack.open(config(), backend);
  }

  static FramePackEngine open(FaultyDevice device) {
    return new FramePackEngine(config(), () -> new GpuBackend("cuda-emulated", device));
  }

  private static EngineConfig config() {
    return EngineConfig.builder()
        .models(TinyVideos.CHECKPOINT)
        .precision(Precision.FLOAT32)
        .threads(1)
        .build();
  }

  static List<Rgb8Image> frames(FramePackEngine engine) {
    return TinyVideos.frames(engine, TinyVideos.request().build());
  }
}
