package dev.framepack.kernels.gpu;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Words in device memory by which kernels report data they cannot work on. All programs of a
 * backend share them, because they run one after the other and leave them zero.
 */
final class FaultWords implements AutoCloseable {
  /** Most operations of one program that may report. */
  static final int CAPACITY = 64;

  private final Device device;
  private final DeviceMemory memory;

  FaultWords(Device device) {
    this.device = device;
    this.memory = device.allocate("fault words", (long) CAPACITY * Long.BYTES);
    clear();
  }

  long address() {
    return memory.address();
  }

  long byteSize() {
    return memory.byteSize();
  }

  private void clear() {
    device.fill(memory.address(), memory.byteSize(), (byte) 0);
  }

  /** What a program looks at after each run. */
  Watch watch(List<LongFunction<KernelException>> failures) {
    return new Watch(List.copyOf(failures));
  }

  final class Watch {
    private final List<LongFunction<KernelException>> failures;
    private final MemorySegment words;

    private Watch(List<LongFunction<KernelException>> failures) {
      this.failures = failures;
      this.words = MemorySegment.ofArray(new long[failures.size()]);
    }

    /** Clears what a run that was stopped may have reported. */
    void forget() {
      clear();
    }

    /** Throws what the first word that is not zero stands for. Programs without words wait not. */
    void check() {
      if (failures.isEmpty()) {
        return;
      }
      device.download(memory.address(), words);
      for (int i = 0; i < failures.size(); i++) {
        long word = words.getAtIndex(ValueLayout.JAVA_LONG, i);
        if (word != 0) {
          clear();
          throw failures.get(i).apply(word);
        }
      }
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
