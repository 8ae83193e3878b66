package dev.framepack.engine;

import dev.framepack.kernels.BackendMemory;
import dev.framepack.kernels.MemoryMeter;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Off-heap memory of an engine. What the garbage collector frees, such as tables of an encoded
 * prompt, is not in it, nor are frames, which wait in a file.
 *
 * @param device of the GPU, real or emulated; nothing on the processor's backends
 * @param host the models and what jobs compute with on the processor's backends; on a GPU the
 *     page-locked memory of streamed weights
 */
public record MemoryReport(Pool device, Pool host) {

  /**
   * Bytes in use, and the most that were in use at one time.
   *
   * @param bytes now
   * @param peakBytes since the engine was opened
   */
  public record Use(long bytes, long peakBytes) {}

  /**
   * One kind of memory.
   *
   * @param total of all purposes; the peaks of the purposes need not have been at the same time
   * @param uses by purpose: {@code model:COMPONENT}, {@code graph:NAME}, {@code latents} and so on
   */
  public record Pool(Use total, Map<String, Use> uses) {
    public Pool {
      uses = Collections.unmodifiableMap(new TreeMap<>(uses));
    }

    private static Pool of(MemoryMeter meter) {
      Map<String, Use> uses = new TreeMap<>();
      meter.uses().forEach((purpose, use) -> uses.put(purpose, use(use.bytes(), use.peakBytes())));
      return new Pool(use(meter.bytes(), meter.peakBytes()), uses);
    }

    private static Use use(long bytes, long peakBytes) {
      return new Use(bytes, peakBytes);
    }
  }

  static MemoryReport of(BackendMemory memory) {
    return new MemoryReport(Pool.of(memory.device()), Pool.of(memory.host()));
  }
}
