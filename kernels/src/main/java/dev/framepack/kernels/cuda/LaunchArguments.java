package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.KernelArgument;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A launch's arguments in native memory, as {@code cuLaunchKernel} takes them: an array of one
 * address per argument, and behind it the values, each aligned for its type.
 */
final class LaunchArguments {
  private static final int TENSOR_MAP_BYTES = 128;
  private static final int TENSOR_MAP_ALIGNMENT = 64;

  /** Writes a CUtensorMap of 128 bytes. */
  interface TensorMapEncoder {
    void encode(KernelArgument.TensorMap map, MemorySegment target);
  }

  private LaunchArguments() {}

  /** Allocates and fills; the array of addresses stands at the start. */
  static MemorySegment pack(List<KernelArgument> arguments, TensorMapEncoder encoder, Arena arena) {
    long[] offsets = new long[arguments.size()];
    long end = (long) Long.BYTES * arguments.size();
    for (int i = 0; i < offsets.length; i++) {
      boolean map = arguments.get(i) instanceof KernelArgument.TensorMap;
      int alignment = map ? TENSOR_MAP_ALIGNMENT : Long.BYTES;
      offsets[i] = Math.ceilDiv(end, alignment) * (long) alignment;
      end = offsets[i] + (map ? TENSOR_MAP_BYTES : Long.BYTES);
    }
    MemorySegment memory = arena.allocate(Math.max(end, Long.BYTES), TENSOR_MAP_ALIGNMENT);
    for (int i = 0; i < offsets.length; i++) {
      memory.setAtIndex(ValueLayout.JAVA_LONG, i, memory.address() + offsets[i]);
      store(arguments.get(i), memory, offsets[i], encoder);
    }
    return memory;
  }

  private static void store(
      KernelArgument argument, MemorySegment memory, long offset, TensorMapEncoder encoder) {
    switch (argument) {
      case KernelArgument.Operand operand ->
          memory.set(ValueLayout.JAVA_LONG, offset, operand.address());
      case KernelArgument.Int64 number -> memory.set(ValueLayout.JAVA_LONG, offset, number.value());
      case KernelArgument.Int32 number -> memory.set(ValueLayout.JAVA_INT, offset, number.value());
      case KernelArgument.Float32 number ->
          memory.set(ValueLayout.JAVA_FLOAT, offset, number.value());
      case KernelArgument.TensorMap map ->
          encoder.encode(map, memory.asSlice(offset, TENSOR_MAP_BYTES));
    }
  }
}
