package dev.framepack.kernels.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.framepack.kernels.gpu.device.DeviceMemory;
import org.junit.jupiter.api.Test;

/** One kernel through all layers. */
class SmokeTest {
  @Test
  void addsOneToEveryElementWithATail() {
    String ptx =
        PtxHarness.kernel(
            2,
            """
            mov.u32 %r0, %ctaid.x;
            mov.u32 %r1, %ntid.x;
            mov.u32 %r2, %tid.x;
            mad.lo.s32 %r3, %r0, %r1, %r2;
            setp.ge.s32 %p0, %r3, 1000;
            @%p0 bra DONE;
            ld.param.u64 %d0, [p0];
            ld.param.u64 %d1, [p1];
            mul.wide.s32 %d2, %r3, 4;
            add.s64 %d3, %d0, %d2;
            add.s64 %d4, %d1, %d2;
            ld.global.u32 %r4, [%d3];
            add.u32 %r4, %r4, 1;
            st.global.u32 [%d4], %r4;
            DONE:
            """);
    try (PtxHarness harness = new PtxHarness()) {
      int[] values = new int[1000];
      java.util.Arrays.setAll(values, i -> 3 * i);
      DeviceMemory in = harness.upload(values);
      DeviceMemory out = harness.empty(1000);
      harness.run(ptx, 8, 128, 0, PtxHarness.read(in), PtxHarness.write(out));
      int[] got = harness.download(out);
      for (int i = 0; i < 1000; i++) {
        assertEquals(3 * i + 1, got[i]);
      }
    }
  }
}
