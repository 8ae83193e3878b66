package dev.framepack.kernels.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.conformance.Conformance;
import dev.framepack.kernels.conformance.OpCase;
import dev.framepack.kernels.conformance.OpCases;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.cuda.CudaDevice;
import dev.framepack.kernels.emulator.EmulatedDevice;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.gpu.device.DeviceFunction;
import dev.framepack.kernels.gpu.device.DeviceUnavailableException;
import dev.framepack.kernels.gpu.device.MatrixLibrary;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.plan.MemoryPlanning;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Linear where something else than own kernels multiplies. */
class MatrixLibraryTest {
  private static final int THINNING = 5;

  /** One thread that multiplies, with its sizes in the text: what stands in for a vendor. */
  private record Plain(Device device) implements MatrixLibrary {
    private static final String PTX =
        """
        .version 8.0
        .target sm_80
        .address_size 64
        .visible .entry plain(.param .u64 px, .param .u64 pw, .param .u64 py)
        {
          .reg .b64 %x, %w, %y, %xk, %wk, %wn;
          .reg .b32 %m, %n, %k;
          .reg .b16 %h, %zero;
          .reg .f32 %a, %b, %sum;
          .reg .pred %more;
          ld.param.u64 %x, [px];
          ld.param.u64 %w, [pw];
          ld.param.u64 %y, [py];
          mov.b16 %zero, 0;
          mov.u32 %m, 0;
        row:
          mov.u64 %wn, %w;
          mov.u32 %n, 0;
        column:
          mov.u64 %xk, %x;
          mov.u64 %wk, %wn;
          mov.f32 %sum, 0f00000000;
          mov.u32 %k, 0;
        term:
          LOAD_A
          LOAD_B
          fma.rn.f32 %sum, %a, %b, %sum;
          add.u64 %xk, %xk, BYTES;
          add.u64 %wk, %wk, BYTES;
          add.u32 %k, %k, 1;
          setp.lt.u32 %more, %k, DEPTH;
          @%more bra term;
          STORE
          add.u64 %y, %y, OUT;
          add.u64 %wn, %wn, DEPTH_BYTES;
          add.u32 %n, %n, 1;
          setp.lt.u32 %more, %n, COLUMNS;
          @%more bra column;
          add.u64 %x, %x, DEPTH_BYTES;
          add.u32 %m, %m, 1;
          setp.lt.u32 %more, %m, ROWS;
          @%more bra row;
          ret;
        }
        """;

    @Override
    public String name() {
      return "plain";
    }

    private static String load(String type, String register, String address) {
      return switch (type) {
        case "f32" -> "ld.global.f32 " + register + ", [" + address + "];";
        case "f16" -> "ld.global.b16 %h, [" + address + "]; cvt.f32.f16 " + register + ", %h;";
        default -> "ld.global.b16 %h, [" + address + "]; mov.b32 " + register + ", {%zero, %h};";
      };
    }

    @Override
    public DeviceFunction product(Product product) {
      String input = product.input().name().toLowerCase(Locale.ROOT);
      String output = product.output().name().toLowerCase(Locale.ROOT);
      int bytes = product.input().byteSize();
      String store =
          output.equals("f32")
              ? "st.global.f32 [%y], %sum;"
              : "cvt.rn.%s.f32 %%h, %%sum; st.global.b16 [%%y], %%h;".formatted(output);
      return device.load(
          PTX.replace("LOAD_A", load(input, "%a", "%xk"))
              .replace("LOAD_B", load(input, "%b", "%wk"))
              .replace("STORE", store)
              .replace("DEPTH_BYTES", Long.toString(product.depth() * bytes))
              .replace("BYTES", Integer.toString(bytes))
              .replace("OUT", Integer.toString(product.output().byteSize()))
              .replace("DEPTH", Long.toString(product.depth()))
              .replace("COLUMNS", Long.toString(product.columns()))
              .replace("ROWS", Long.toString(product.rows())),
          "plain");
    }
  }

  private static List<OpCase> cases() {
    List<OpCase> linear =
        OpCases.everyType().stream().filter(entry -> entry.op().name().equals("linear")).toList();
    List<OpCase> sample = new ArrayList<>();
    for (int i = 0; i < linear.size(); i += THINNING) {
      sample.add(linear.get(i));
    }
    return sample;
  }

  @Test
  void epiloguesFollowTheLibrarysProduct() {
    Device device = new EmulatedDevice(EmulatorOptions.defaults());
    try (Backend reference = new ReferenceBackend(1);
        Backend backend = new GpuBackend("cuda-emulated+plain", device, new Plain(device))) {
      Conformance conformance = new Conformance(reference);
      for (OpCase entry : cases()) {
        Conformance.Verdict verdict = conformance.check(backend, entry);
        assertTrue(verdict.passed(), entry + ": " + verdict);
      }
      Map<String, Long> launches = backend.launchCounts();
      assertTrue(launches.getOrDefault("plain", 0L) > 0, launches.toString());
      assertTrue(launches.getOrDefault("linear_finish_bf16", 0L) > 0, launches.toString());
      assertFalse(launches.keySet().stream().anyMatch(name -> name.startsWith("linear_tile")));
    }
  }

  /** A product with something to follow goes through scratch, which own kernels do not take. */
  @Test
  void memoryIsPlannedForTheLibrary() {
    Device device = new EmulatedDevice(EmulatorOptions.defaults());
    try (Backend backend = new GpuBackend("cuda-emulated+plain", device, new Plain(device));
        MemoryPlanning planning = backend.planning()) {
      long planned = workspaceOfLinear(planning.backend());
      assertTrue(planned > 0);
      assertEquals(workspaceOfLinear(backend), planned);
    }
  }

  private static long workspaceOfLinear(Backend backend) {
    try (TensorArena arena = backend.arena("linear", 4096)) {
      Tensor x = arena.allocate("x", TensorType.f32(3, 8));
      Tensor weight = arena.allocate("weight", TensorType.f32(5, 8));
      Tensor bias = arena.allocate("bias", TensorType.f32(5));
      Tensor y = arena.allocate("y", TensorType.f32(3, 5));
      Linear linear = new Linear(true, Activation.NONE, Linear.Epilogue.NONE);
      backend.prepare(List.of(new OpCall(linear, List.of(x, weight, bias), y, "linear"))).close();
      return backend.workspaceBytes();
    }
  }

  @Test
  void theEmulatorHasNone() {
    try (Device device = new EmulatedDevice(EmulatorOptions.defaults())) {
      DeviceUnavailableException none =
          assertThrows(DeviceUnavailableException.class, () -> device.matrixLibrary("cublaslt"));
      assertTrue(String.valueOf(none.getMessage()).contains("no vendor's libraries"));
    }
  }

  /** Conformance rows of the real libraries, on a machine that has one and a GPU. */
  @TestFactory
  Stream<DynamicTest> aVendorsLibraryConforms() {
    return Stream.of("cublaslt", "cublas")
        .map(name -> dynamicTest(name, () -> aVendorsLibraryConforms(name)));
  }

  private static void aVendorsLibraryConforms(String name) {
    Backend opened;
    try {
      CudaDevice device = CudaDevice.open(0);
      opened = new GpuBackend("cuda+" + name, device, device.matrixLibrary(name));
    } catch (DeviceException e) {
      assumeTrue(false, String.valueOf(e.getMessage()));
      return;
    }
    try (Backend reference = new ReferenceBackend(2);
        Backend backend = opened) {
      Conformance conformance = new Conformance(reference);
      assertEquals(
          List.of(),
          OpCases.everyType().stream()
              .filter(entry -> entry.op().name().equals("linear"))
              .filter(entry -> !conformance.check(backend, entry).passed())
              .toList());
    }
  }
}
