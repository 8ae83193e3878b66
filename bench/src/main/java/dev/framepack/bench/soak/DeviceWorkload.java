package dev.framepack.bench.soak;

import dev.framepack.engine.DeviceFaultException;
import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.EngineDeadException;
import dev.framepack.engine.FramePack;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.FramePackException;
import dev.framepack.engine.GenerationListener;
import dev.framepack.engine.OutOfDeviceMemoryException;
import dev.framepack.engine.Precision;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.kernels.emulator.EmulatedDevice;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.fault.Fault;
import dev.framepack.kernels.fault.FaultSite;
import dev.framepack.kernels.fault.Faults;
import dev.framepack.kernels.fault.FaultyDevice;
import dev.framepack.kernels.gpu.GpuBackend;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The emulated GPU, whose driver refuses calls and in the end loses the device: refused calls end a
 * job, a lost device ends the engine, and a new engine makes the same video.
 */
final class DeviceWorkload implements Workload {
  private static final int REFUSALS = 2;
  private static final int WITHIN_CALLS = 8;
  private static final int OUT_OF_MEMORY = 2;
  private static final int LAUNCH_OUT_OF_RESOURCES = 701;
  private static final List<Integer> STICKY = List.of(700, 702, 714, 715, 716, 717, 718, 719);

  private final Path model;
  private final VideoRequest request;
  private final Tally tally;
  private final int threads;
  private @Nullable String expected;

  DeviceWorkload(Path model, VideoRequest request, Tally tally, int threads) {
    this.model = model;
    this.request = request;
    this.tally = tally;
    this.threads = threads;
  }

  @Override
  public String name() {
    return "faults of a device";
  }

  @Override
  public void round(Random random) {
    Faults faults = new Faults();
    EmulatorOptions options = EmulatorOptions.defaults();
    FaultyDevice device =
        new FaultyDevice(
            new EmulatedDevice(
                options.withChecks(false).withWorkers(threads, options.instructionLimit())),
            faults);
    EngineConfig config = EngineConfig.builder().models(model).precision(Precision.FLOAT32).build();
    try (FramePackEngine engine = FramePack.open(config, new GpuBackend("cuda-emulated", device))) {
      makesTheVideo(engine);
      long baseline = device.memory().bytes();
      for (int i = 0; i < REFUSALS; i++) {
        boolean memory = random.nextBoolean();
        faults.failAt(
            memory ? FaultSite.ALLOCATE : FaultSite.RUN,
            1 + random.nextInt(WITHIN_CALLS),
            Fault.cuda(memory ? OUT_OF_MEMORY : LAUNCH_OUT_OF_RESOURCES));
        fails(
            engine, faults, memory ? OutOfDeviceMemoryException.class : DeviceFaultException.class);
        if (device.memory().bytes() != baseline) {
          tally.violation(
              Tally.Count.UNEXPECTED,
              "device bytes after a refused call: %s, before %s"
                  .formatted(device.memory().bytes(), baseline));
        }
      }
      makesTheVideo(engine);
      faults.failAt(
          random.nextBoolean() ? FaultSite.RUN : FaultSite.SYNCHRONIZE,
          1 + random.nextInt(WITHIN_CALLS),
          Fault.cuda(STICKY.get(random.nextInt(STICKY.size()))));
      fails(engine, faults, DeviceFaultException.class);
      tally.add(Tally.Count.ENGINES_LOST);
      refuses(engine);
    }
    if (device.memory().bytes() != 0) {
      tally.violation(
          Tally.Count.UNEXPECTED,
          device.memory().bytes() + " device bytes after closing a lost engine");
    }
  }

  private void makesTheVideo(FramePackEngine engine) {
    tally.add(Tally.Count.JOBS);
    try (VideoResult video = engine.generate(request, GenerationListener.NONE)) {
      tally.add(Tally.Count.COMPLETED);
      String found = JobMix.hash(video);
      if (expected == null) {
        expected = found;
      } else if (!expected.equals(found)) {
        tally.violation(Tally.Count.CORRUPTED, "on the device, " + JobMix.text(request));
      }
    }
  }

  private void fails(
      FramePackEngine engine, Faults faults, Class<? extends FramePackException> as) {
    tally.add(Tally.Count.JOBS);
    try {
      engine.generate(request, GenerationListener.NONE).close();
      tally.violation(Tally.Count.UNEXPECTED, "a fault of the device was not seen");
    } catch (FramePackException e) {
      tally.add(Tally.Count.DEVICE_FAULTS);
      if (!as.isInstance(e)) {
        tally.violation(
            Tally.Count.UNEXPECTED, "expected %s, found %s".formatted(as.getSimpleName(), e));
      }
    } finally {
      faults.disarm(); // what was not reached is not for the next job
    }
  }

  private void refuses(FramePackEngine engine) {
    try {
      engine.generate(request, GenerationListener.NONE).close();
      tally.violation(Tally.Count.UNEXPECTED, "a dead engine made a video");
    } catch (EngineDeadException e) {
      // as it should
      return;
    }
  }
}
