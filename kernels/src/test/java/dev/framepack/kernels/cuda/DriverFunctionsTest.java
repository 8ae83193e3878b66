package dev.framepack.kernels.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.device.KernelArgument.TensorMap;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bindings against a driver written in Java: what C code would receive. */
class DriverFunctionsTest {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private final List<Object> received = new ArrayList<>();
  private final Arena arena = Arena.ofAuto();

  private static int[] ints(MemorySegment address, int count) {
    return address.reinterpret(4L * count).toArray(JAVA_INT);
  }

  private static long[] longs(MemorySegment address, int count) {
    return address.reinterpret(8L * count).toArray(JAVA_LONG);
  }

  // What a driver's cuTensorMapEncodeTiled would see.
  @SuppressWarnings("unused")
  private int encode(
      MemorySegment map,
      int type,
      int rank,
      long address,
      MemorySegment dims,
      MemorySegment strides,
      MemorySegment box,
      MemorySegment elementStrides,
      int interleave,
      int swizzle,
      int promotion,
      int fill) {
    map.reinterpret(128).fill((byte) 1);
    received.addAll(List.of(type, rank, address, interleave, swizzle, promotion, fill));
    assertArrayEquals(new long[] {128, 77, 3}, longs(dims, rank));
    assertArrayEquals(new long[] {256, 19712}, longs(strides, rank - 1));
    assertArrayEquals(new int[] {64, 32, 1}, ints(box, rank));
    assertArrayEquals(new int[] {1, 1, 1}, ints(elementStrides, rank));
    return 0;
  }

  // What a driver's cuLaunchKernelEx would see.
  @SuppressWarnings("unused")
  private int launch(
      MemorySegment config, long function, MemorySegment params, MemorySegment extra) {
    MemorySegment whole = config.reinterpret(56);
    MemorySegment attribute = whole.get(ADDRESS, 40).reinterpret(72);
    assertArrayEquals(new int[] {5, 6, 7, 128, 2, 1, 4096}, ints(whole, 7));
    received.addAll(
        List.of(
            whole.get(JAVA_LONG, 32),
            whole.get(JAVA_INT, 48),
            attribute.get(JAVA_INT, 0),
            attribute.get(JAVA_INT, 8),
            function,
            params.address(),
            extra.address()));
    return 719;
  }

  private MethodHandle stub(String method, MethodType type, FunctionDescriptor descriptor)
      throws ReflectiveOperationException {
    MethodHandle target = LOOKUP.findVirtual(DriverFunctionsTest.class, method, type).bindTo(this);
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.upcallStub(target, descriptor, arena), descriptor);
  }

  private DriverFunctions driver() throws ReflectiveOperationException {
    return new DriverFunctions(
        stub("encode", DriverFunctions.ENCODE_TILED.toMethodType(), DriverFunctions.ENCODE_TILED),
        stub("launch", DriverFunctions.LAUNCH_EX.toMethodType(), DriverFunctions.LAUNCH_EX));
  }

  private static TensorMap map(long[] strides) {
    return new TensorMap(
        TensorMap.ElementType.BFLOAT16,
        new KernelArgument.Operand(0x7f00_0000_1000L, 3 * 19712, KernelArgument.Access.READ),
        new long[] {128, 77, 3},
        strides,
        new int[] {64, 32, 1},
        TensorMap.Swizzle.BYTES_128);
  }

  @Test
  void tensorMapsAreEncodedWithEveryArgumentInItsPlace() throws ReflectiveOperationException {
    MemorySegment target = arena.allocate(128, 64);
    assertEquals(0, driver().encodeTiled(map(new long[] {256, 19712}), target));
    assertEquals(List.of(9, 3, 0x7f00_0000_1000L, 0, 3, 3, 0), received);
    assertEquals(1, target.get(JAVA_BYTE, 127));
  }

  @Test
  void aTensorMapOfMixedRanksIsRefused() throws ReflectiveOperationException {
    DriverFunctions driver = driver();
    MemorySegment target = arena.allocate(128, 64);
    assertThrows(
        IllegalArgumentException.class, () -> driver.encodeTiled(map(new long[] {256}), target));
  }

  @Test
  void overlappingLaunchesCarryTheirConfiguration() throws ReflectiveOperationException {
    MemorySegment config =
        DriverFunctions.overlappingConfig(new Dim3(5, 6, 7), new Dim3(128, 2, 1), 4096, arena);
    MemorySegment arguments = arena.allocate(64, 64);
    assertEquals(719, driver().launchEx(config, 0xABCDL, 0x1234L, arguments));
    assertEquals(List.of(0xABCDL, 1, 6, 1, 0x1234L, arguments.address(), 0L), received);
  }
}
