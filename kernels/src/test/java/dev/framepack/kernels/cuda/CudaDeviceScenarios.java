package dev.framepack.kernels.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.framepack.kernels.gpu.device.DeviceEvent;
import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.gpu.device.DeviceFunction;
import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.gpu.device.DeviceOutOfMemoryException;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.DeviceUnavailableException;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.device.Launch;
import dev.framepack.kernels.gpu.device.MatrixLibrary;
import dev.framepack.kernels.gpu.device.PinnedMemory;
import dev.framepack.kernels.gpu.device.PreparedLaunch;
import dev.framepack.kernels.tensor.DType;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** What {@link CudaDeviceTest} runs in processes that find the stub driver. */
enum CudaDeviceScenarios {
  COPIES {
    @Override
    void run(CudaDevice device) {
      int size = (40 << 20) + 3;
      byte[] bytes = new byte[size];
      new Random(7).nextBytes(bytes);
      try (DeviceMemory memory = device.allocate("copies", size + 5L)) {
        assertEquals(0, memory.address() % 256);
        device.fill(memory.address(), size + 5L, (byte) 9);
        device.upload(MemorySegment.ofArray(bytes), memory.address() + 5);
        byte[] back = new byte[size];
        device.download(memory.address() + 5, MemorySegment.ofArray(back));
        assertEquals(-1, Arrays.mismatch(bytes, back));
        byte[] before = new byte[5];
        device.download(memory.address(), MemorySegment.ofArray(before));
        assertEquals(9, before[0]);
        assertEquals(9, before[4]);
        device.upload(MemorySegment.ofArray(new byte[0]), memory.address());
      }
    }
  },
  STREAMS {
    @Override
    void run(CudaDevice device) {
      try (DeviceMemory memory = device.allocate("word", 64);
          PinnedMemory pinned = device.allocatePinned("staging", 64);
          DeviceStream stream = device.openStream("compute");
          DeviceStream other = device.openStream("copies");
          DeviceEvent begin = device.openEvent();
          DeviceEvent end = device.openEvent();
          PreparedLaunch launch = device.prepare(store(device, STORE, memory, 77))) {
        pinned.segment().set(JAVA_INT, 4, 55);
        stream.record(begin);
        stream.copyToDevice(pinned, 4, memory.address() + 4, 4);
        stream.launch(launch);
        stream.record(end);
        other.waitFor(end);
        other.copyToHost(memory.address(), pinned, 16, 8);
        other.synchronize();
        end.synchronize();
        assertEquals(77, pinned.segment().get(JAVA_INT, 16));
        assertEquals(55, pinned.segment().get(JAVA_INT, 20));
        assertEquals(0.5f, end.millisecondsSince(begin));
        assertThrows(
            IndexOutOfBoundsException.class,
            () -> stream.copyToDevice(pinned, 60, memory.address(), 8));
      }
    }
  },
  GRAPHS {
    @Override
    void run(CudaDevice device) {
      try (DeviceMemory memory = device.allocate("words", 400);
          DeviceStream stream = device.openStream("compute")) {
        DeviceFunction function = device.load(STORE, "store");
        assertSame(function, device.load(STORE, "store"));
        assertEquals(12, function.registers());
        IntFunction<Launch> nth =
            i -> store(function, memory.address() + 4L * i, memory.byteSize() - 4L * i, i * i);
        DeviceGraph graph = device.record(IntStream.range(0, 100).mapToObj(nth).toList());
        DeviceGraph empty = device.record(List.of());
        assertEquals(100, graph.launches().size());
        stream.replay(empty);
        stream.replay(graph);
        stream.synchronize();
        int[] words = new int[100];
        device.download(memory.address(), MemorySegment.ofArray(words));
        assertEquals(99 * 99, words[99]);
        graph.close();
        graph.close();
        // A kernel that waits for its predecessor is launched so that it may overlap it.
        DeviceFunction overlapping = device.load(STORE + "griddepcontrol.wait;", "store");
        assertNotSame(function, overlapping);
        device.record(List.of(store(overlapping, memory.address(), 400, 3)));
        assertEquals(1, stub("stub_overlapping"));
      }
    }
  },
  LAUNCHES_ALLOCATE_NOTHING {
    @Override
    void run(CudaDevice device) {
      try (DeviceMemory memory = device.allocate("word", 64);
          DeviceStream stream = device.openStream("compute");
          PreparedLaunch launch = device.prepare(store(device, STORE, memory, 77));
          DeviceGraph graph = device.record(List.of(store(device, STORE, memory, 78)))) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int warmup = 0; warmup < 20_000; warmup++) {
          stream.launch(launch);
          stream.replay(graph);
        }
        long bytes = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100_000; i++) {
          stream.launch(launch);
          stream.replay(graph);
        }
        bytes = threads.getCurrentThreadAllocatedBytes() - bytes;
        assertTrue(bytes < 10_000, bytes + " bytes in 200,000 launches");
      }
    }
  },
  REFUSALS {
    @Override
    void run(CudaDevice device) {
      String full =
          String.valueOf(
              assertThrows(
                      DeviceOutOfMemoryException.class,
                      () -> device.allocate("weights", (1L << 30) + 1))
                  .getMessage());
      assertTrue(full.contains("weights needs 1,073,741,825 bytes"), full);
      assertTrue(full.contains("1,048,576,000 of 1,073,741,824 are free"), full);
      DeviceException refused =
          assertThrows(DeviceException.class, () -> device.load(".entry other", "other"));
      assertTrue(String.valueOf(refused.getMessage()).contains("ptxas fatal: line 3"));
      assertTrue(String.valueOf(refused.getMessage()).contains("INVALID_PTX (218)"));
      assertThrows(IllegalArgumentException.class, () -> device.allocatePinned("ring", 1L << 31));
      try (DeviceMemory memory = device.allocate("word", 64);
          DeviceStream stream = device.openStream("compute");
          PreparedLaunch launch = device.prepare(store(device, STORE, memory, 1))) {
        failNextLaunch(701);
        DeviceException tooLarge = assertThrows(DeviceException.class, () -> stream.launch(launch));
        assertFalse(tooLarge.isSticky());
        assertTrue(String.valueOf(tooLarge.getMessage()).contains("store, block 3"));
        failNextLaunch(701);
        assertThrows(
            DeviceException.class, () -> device.record(List.of(store(device, STORE, memory, 1))));
        stream.launch(launch);
        stream.synchronize();
      }
    }
  },
  CUBLAS_LT {
    @Override
    void run(CudaDevice device) {
      multiply(device, "cublaslt");
    }
  },
  CUBLAS {
    @Override
    void run(CudaDevice device) {
      multiply(device, "cublas");
      assertThrows(DeviceUnavailableException.class, () -> device.matrixLibrary("magma"));
    }
  },
  FAULTS_ARE_FINAL {
    @Override
    void run(CudaDevice device) {
      DeviceMemory memory = device.allocate("word", 64);
      DeviceStream stream = device.openStream("compute");
      PreparedLaunch launch = device.prepare(store(device, STORE, memory, 1));
      failNextLaunch(700);
      DeviceException fault = assertThrows(DeviceException.class, () -> stream.launch(launch));
      assertTrue(fault.isSticky());
      DeviceException later = assertThrows(DeviceException.class, stream::synchronize);
      assertTrue(later.isSticky());
      assertTrue(String.valueOf(later.getMessage()).contains("lost since"), later.getMessage());
      assertThrows(DeviceException.class, () -> device.allocate("more", 1));
      memory.close();
      device.close();
    }

    @Override
    boolean losesTheDevice() {
      return true;
    }
  };

  static final String STORE =
      ".version 8.0\n.target sm_80\n.visible .entry store(.param .u64 a, .param .u32 b) {}\n";

  abstract void run(CudaDevice device);

  boolean losesTheDevice() {
    return false;
  }

  /** The child process. */
  public static void main(String[] scenario) {
    if (scenario[0].equals("OLD_DEVICE")) {
      String message =
          String.valueOf(
              assertThrows(DeviceUnavailableException.class, () -> CudaDevice.open(0))
                  .getMessage());
      assertTrue(message.contains("sm_70") && message.contains("Ampere"), message);
      assertFalse(CudaProbe.run().devices().getFirst().usable());
      return;
    }
    CudaDeviceScenarios chosen = valueOf(scenario[0]);
    CudaDevice device = CudaDevice.open(0);
    assertEquals("Stub 0", device.info().name());
    assertEquals(90, device.info().computeCapability());
    assertEquals(227 * 1024, device.info().sharedBytesPerBlock());
    chosen.run(device);
    device.close();
    device.close();
    if (!chosen.losesTheDevice()) {
      assertEquals(0, stub("stub_live"), "left after closing");
      assertThrows(IllegalStateException.class, () -> device.allocate("late", 1));
    }
  }

  /** x [5, 7] times W [3, 7] transposed, as F32 and, every value being exact there, as BF16. */
  private static void multiply(CudaDevice device, String library) {
    int rows = 5;
    int columns = 3;
    int depth = 7;
    Random random = new Random(3);
    float[] x = integers(rows * depth, random);
    float[] w = integers(columns * depth, random);
    float[] expected = new float[rows * columns];
    for (int i = 0; i < expected.length; i++) {
      for (int k = 0; k < depth; k++) {
        expected[i] += x[i / columns * depth + k] * w[i % columns * depth + k];
      }
    }
    MatrixLibrary matrices = device.matrixLibrary(library);
    assertEquals(library, matrices.name());
    try (DeviceMemory memory = device.allocate("operands", 3 * 1024);
        DeviceStream stream = device.openStream("compute")) {
      for (DType input : List.of(DType.F32, DType.BF16)) {
        device.upload(encoded(x, input), memory.address());
        device.upload(encoded(w, input), memory.address() + 1024);
        DeviceFunction function =
            matrices.product(
                new MatrixLibrary.Product(input, DType.F32, rows, columns, depth, 256));
        try (PreparedLaunch launch =
            device.prepare(
                new Launch(
                    function,
                    Dim3.of(1),
                    Dim3.of(1),
                    0,
                    List.of(
                        KernelArgument.read(memory.address(), 1024),
                        KernelArgument.read(memory.address() + 1024, 1024),
                        KernelArgument.write(memory.address() + 2048, 4L * expected.length)),
                    "product"))) {
          stream.launch(launch);
          stream.synchronize();
        }
        float[] y = new float[expected.length];
        device.download(memory.address() + 2048, MemorySegment.ofArray(y));
        assertArrayEquals(expected, y, function.name());
      }
    }
  }

  private static float[] integers(int count, Random random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(17) - 8;
    }
    return values;
  }

  private static MemorySegment encoded(float[] values, DType type) {
    if (type == DType.F32) {
      return MemorySegment.ofArray(values);
    }
    short[] upper = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      upper[i] = (short) (Float.floatToRawIntBits(values[i]) >>> 16);
    }
    return MemorySegment.ofArray(upper);
  }

  private static Launch store(CudaDevice device, String ptx, DeviceMemory memory, int value) {
    return store(device.load(ptx, "store"), memory.address(), memory.byteSize(), value);
  }

  private static Launch store(DeviceFunction function, long address, long bytes, int value) {
    return new Launch(
        function,
        Dim3.of(1),
        Dim3.of(32),
        0,
        List.of(KernelArgument.write(address, bytes), KernelArgument.int32(value)),
        "block 3");
  }

  private static int stub(String question) {
    try {
      return (int)
          DynamicLibrary.function(CudaDriver.LIBRARY, question, FunctionDescriptor.of(JAVA_INT))
              .invokeExact();
    } catch (Throwable e) {
      throw new AssertionError(question, e);
    }
  }

  private static void failNextLaunch(int code) {
    try {
      DynamicLibrary.function(
              CudaDriver.LIBRARY, "stub_fail_next_launch", FunctionDescriptor.ofVoid(JAVA_INT))
          .invokeExact(code);
    } catch (Throwable e) {
      throw new AssertionError("stub", e);
    }
  }
}
