package dev.framepack.kernels.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.fail;

import dev.framepack.kernels.gpu.device.KernelArgument;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaunchArgumentsTest {

  /** The value an entry of the address array points to. */
  private static MemorySegment value(MemorySegment packed, int index, long bytes) {
    long address = packed.getAtIndex(ValueLayout.JAVA_LONG, index);
    return packed.asSlice(address - packed.address(), bytes);
  }

  @Test
  void valuesStandWhereTheirAddressesSay() {
    KernelArgument.TensorMap map =
        new KernelArgument.TensorMap(
            KernelArgument.TensorMap.ElementType.BFLOAT16,
            new KernelArgument.Operand(0x7000, 256, KernelArgument.Access.READ),
            new long[] {16, 8},
            new long[] {32},
            new int[] {16, 8},
            KernelArgument.TensorMap.Swizzle.NONE);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment packed =
          LaunchArguments.pack(
              List.of(
                  KernelArgument.read(0x1234_5678_9abcL, 16),
                  KernelArgument.int32(-3),
                  KernelArgument.float32(1.5f),
                  map,
                  KernelArgument.int64(Long.MIN_VALUE)),
              (encoded, target) -> {
                assertSame(map, encoded);
                assertEquals(128, target.byteSize());
                assertEquals(0, target.address() % 64);
                target.fill((byte) 7);
              },
              arena);
      assertEquals(0x1234_5678_9abcL, value(packed, 0, 8).get(ValueLayout.JAVA_LONG, 0));
      assertEquals(-3, value(packed, 1, 4).get(ValueLayout.JAVA_INT, 0));
      assertEquals(1.5f, value(packed, 2, 4).get(ValueLayout.JAVA_FLOAT, 0));
      assertEquals(7, value(packed, 3, 128).get(ValueLayout.JAVA_BYTE, 127));
      assertEquals(Long.MIN_VALUE, value(packed, 4, 8).get(ValueLayout.JAVA_LONG, 0));
    }
  }

  @Test
  void aKernelMayHaveNone() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment packed =
          LaunchArguments.pack(List.of(), (map, target) -> fail("no tensor map"), arena);
      assertEquals(8, packed.byteSize());
    }
  }
}
