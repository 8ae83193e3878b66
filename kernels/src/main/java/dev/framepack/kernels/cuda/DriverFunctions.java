package dev.framepack.kernels.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * Driver functions that JCuda 12.6 lacks, by the foreign function API. The context is that of the
 * calling thread, as for JCuda's.
 */
final class DriverFunctions {
  static final FunctionDescriptor ENCODE_TILED =
      FunctionDescriptor.of(
          JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS,
          JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);

  static final FunctionDescriptor LAUNCH_EX =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);

  /** CUlaunchConfig: grid, block, dynamic shared bytes, stream, attributes, their number. */
  private static final long CONFIG_BYTES = 56;

  /** CUlaunchAttribute: id, then at byte 8 a value of 64 bytes. */
  private static final long ATTRIBUTE_BYTES = 72;

  private static final int PROGRAMMATIC_STREAM_SERIALIZATION = 6;

  /** CU_TENSOR_MAP_L2_PROMOTION_L2_256B. */
  private static final int L2_PROMOTION = 3;

  private final MethodHandle encodeTiled;
  private final MethodHandle launchEx;

  DriverFunctions(MethodHandle encodeTiled, MethodHandle launchEx) {
    this.encodeTiled = encodeTiled;
    this.launchEx = launchEx;
  }

  /** Those of the loaded driver; it is 12.0 or later, so it has them. */
  static DriverFunctions load() {
    return new DriverFunctions(
        DynamicLibrary.function(CudaDriver.LIBRARY, "cuTensorMapEncodeTiled", ENCODE_TILED),
        DynamicLibrary.function(CudaDriver.LIBRARY, "cuLaunchKernelEx", LAUNCH_EX));
  }

  /**
   * Writes the CUtensorMap of a tile: no interleave, element strides 1, zeros outside the tensor.
   *
   * @return the driver's result code
   */
  int encodeTiled(KernelArgument.TensorMap map, MemorySegment target) {
    int rank = map.dims().length;
    if (map.byteStrides().length != rank - 1 || map.box().length != rank) {
      throw new IllegalArgumentException(
          "tensor map of rank %s: %s strides and a box of %s extents; must be %s and %s"
              .formatted(rank, map.byteStrides().length, map.box().length, rank - 1, rank));
    }
    try (Arena arena = Arena.ofConfined()) {
      int[] ones = new int[rank];
      Arrays.fill(ones, 1);
      return (int)
          encodeTiled.invokeExact(
              target,
              map.element().cudaValue(),
              rank,
              map.memory().address(),
              arena.allocateFrom(JAVA_LONG, map.dims()),
              arena.allocateFrom(JAVA_LONG, map.byteStrides()),
              arena.allocateFrom(JAVA_INT, map.box()),
              arena.allocateFrom(JAVA_INT, ones),
              0,
              map.swizzle().ordinal(),
              L2_PROMOTION,
              0);
    } catch (Throwable e) {
      throw failure("cuTensorMapEncodeTiled", e);
    }
  }

  /** The CUlaunchConfig of a launch that may start before the one ahead of it has ended. */
  static MemorySegment overlappingConfig(Dim3 grid, Dim3 block, int sharedBytes, Arena arena) {
    MemorySegment config = arena.allocate(CONFIG_BYTES, Long.BYTES);
    MemorySegment attribute = arena.allocate(ATTRIBUTE_BYTES, Long.BYTES);
    attribute.set(JAVA_INT, 0, PROGRAMMATIC_STREAM_SERIALIZATION);
    attribute.set(JAVA_INT, 8, 1);
    int[] words = {grid.x(), grid.y(), grid.z(), block.x(), block.y(), block.z(), sharedBytes};
    MemorySegment.copy(words, 0, config, JAVA_INT, 0, words.length);
    config.set(ADDRESS, 40, attribute);
    config.set(JAVA_INT, 48, 1);
    return config;
  }

  /**
   * Queues a launch.
   *
   * @param config from {@link #overlappingConfig}; its stream is set here
   * @param arguments from {@link LaunchArguments}
   * @return the driver's result code
   */
  int launchEx(MemorySegment config, long stream, long function, MemorySegment arguments) {
    config.set(JAVA_LONG, 32, stream);
    try {
      return (int) launchEx.invokeExact(config, function, arguments, MemorySegment.NULL);
    } catch (Throwable e) {
      throw failure("cuLaunchKernelEx", e);
    }
  }

  private static RuntimeException failure(String function, Throwable e) {
    return switch (e) {
      case RuntimeException known -> known;
      case Error error -> throw error;
      default -> new IllegalStateException(function + ": " + e, e);
    };
  }
}
