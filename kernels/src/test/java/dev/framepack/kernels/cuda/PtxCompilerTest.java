package dev.framepack.kernels.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.framepack.kernels.gpu.device.DeviceException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PtxCompilerTest {
  private static final String SMALL =
      """
      .version 8.0
      .target sm_80
      .address_size 64
      .visible .entry small(.param .u64 out)
      .maxntid 1024, 1, 1
      {
        .reg .b64 %a;
        .reg .b32 %v;
        .reg .b32 %x<128>;
        .shared .align 4 .b8 tile[64];
        ld.param.u64 %a, [out];
        mov.u32 %v, %tid.x;
        st.shared.u32 [tile], %v;
        bar.sync 0;
        ld.shared.u32 %v, [tile];
        st.global.u32 [%a], %v;
        ret;
      }
      """;

  @ParameterizedTest
  @ValueSource(strings = {"sm_80", "sm_86", "sm_89", "sm_90", "sm_90a"})
  void reportsWhatAKernelTakes(String arch) {
    PtxCompiler.Report report = PtxCompiler.compile(SMALL, arch);
    assertTrue(report.registers() > 0 && report.registers() < 32, report.log());
    assertEquals(0, report.spillBytes());
    assertEquals(64, report.sharedBytes());
  }

  @Test
  void seesSpills() {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < 128; i++) {
      body.append(
          String.format(Locale.ROOT, "ld.volatile.global.u32 %%x%d, [%%a+%d];\n", i, 4 * i));
    }
    for (int i = 127; i >= 0; i--) {
      body.append(
          String.format(Locale.ROOT, "st.volatile.global.u32 [%%a+%d], %%x%d;\n", 512 + 4 * i, i));
    }
    PtxCompiler.Report report =
        PtxCompiler.compile(SMALL.replace("  ret;", body + "  ret;"), "sm_80");
    assertTrue(report.spillBytes() > 0, report.log());
    assertTrue(report.stackBytes() > 0, report.log());
  }

  @Test
  void refusesWithTheCompilersWords() {
    String broken = SMALL.replace("bar.sync 0", "bar.sink 0");
    DeviceException fault =
        assertThrows(DeviceException.class, () -> PtxCompiler.compile(broken, "sm_80"));
    String message = String.valueOf(fault.getMessage());
    assertTrue(message.contains("sm_80") && message.contains("line 14"), message);
    assertThrows(DeviceException.class, () -> PtxCompiler.compile(SMALL, "sm_120"));
  }
}
