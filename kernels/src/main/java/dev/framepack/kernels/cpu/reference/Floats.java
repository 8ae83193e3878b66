package dev.framepack.kernels.cpu.reference;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** A float32 tensor as one flat row: read as double, rounded once on writing. */
record Floats(MemorySegment memory) {

  static Floats of(Tensor tensor) {
    return new Floats(tensor.hostSegment());
  }

  static Floats input(OpCall call, int index) {
    return of(call.input(index));
  }

  static Floats output(OpCall call) {
    return of(call.output());
  }

  float get(long index) {
    return memory.getAtIndex(JAVA_FLOAT, index);
  }

  void set(long index, double value) {
    memory.setAtIndex(JAVA_FLOAT, index, (float) value);
  }

  /** Reads {@code target.length} values from {@code start}. */
  void read(long start, double[] target) {
    for (int i = 0; i < target.length; i++) {
      target[i] = get(start + i);
    }
  }
}
