package dev.framepack.kernels.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.framepack.kernels.cuda.CudaResult.Nature;
import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.gpu.device.DeviceOutOfMemoryException;
import dev.framepack.kernels.gpu.device.DeviceUnavailableException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CudaResultTest {
  /** The driver's numbers, not JCuda's names: a table of its own. */
  private static final Map<Nature, List<Integer>> TABLE =
      Map.of(
          Nature.UNAVAILABLE, List.of(3, 34, 46, 100, 101, 102, 802, 803, 804),
          Nature.OUT_OF_MEMORY, List.of(2),
          Nature.MODULE, List.of(200, 209, 218, 221, 222, 223),
          Nature.STICKY,
              List.of(4, 214, 220, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 810, 911, 999),
          Nature.CALL, List.of(1, 201, 400, 500, 600, 701, 720, 801, 900, 912));

  static Stream<Nature> natures() {
    return TABLE.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("natures")
  void everyCodeHasItsNature(Nature nature) {
    for (int code : TABLE.getOrDefault(nature, List.of())) {
      assertEquals(nature, CudaResult.nature(code), CUresult.stringFor(code));
    }
  }

  @Test
  void noCodeOfTheDriverIsForgotten() throws IllegalAccessException {
    List<Integer> listed =
        TABLE.entrySet().stream()
            .filter(entry -> entry.getKey() != Nature.CALL)
            .flatMap(entry -> entry.getValue().stream())
            .toList();
    for (var field :
        Arrays.stream(CUresult.class.getFields())
            .filter(candidate -> Modifier.isStatic(candidate.getModifiers()))
            .filter(candidate -> candidate.getType() == int.class)
            .toList()) {
      int code = field.getInt(null);
      assertEquals(listed.contains(code), CudaResult.nature(code) != Nature.CALL, field.getName());
    }
  }

  @Test
  void exceptionsSayCallCodeAndRemedy() {
    DeviceException lost = CudaResult.exception("cuStreamSynchronize", 700);
    assertTrue(lost.isSticky());
    assertEquals(
        "cuStreamSynchronize: CUDA_ERROR_ILLEGAL_ADDRESS (700); the device is lost to this process,"
            + " restart it",
        lost.getMessage());
    assertInstanceOf(DeviceOutOfMemoryException.class, CudaResult.exception("cuMemAlloc", 2));
    assertInstanceOf(DeviceUnavailableException.class, CudaResult.exception("cuInit", 100));
    String message = String.valueOf(CudaResult.exception("cuInit", 100).getMessage());
    assertTrue(message.contains("CUDA_VISIBLE_DEVICES"), message);
  }
}
