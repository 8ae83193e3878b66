package dev.framepack.kernels.emulator;

import dev.framepack.kernels.gpu.device.DeviceMemory;

/** Computes one instruction on many pairs of 32- or 64-bit values. */
final class ScalarHarness {
  /** Values at which integer and float operations change their behaviour. */
  static final int[] EDGES = {
    0,
    1,
    -1,
    2,
    3,
    31,
    32,
    33,
    63,
    64,
    255,
    256,
    0x7fff,
    0x8000,
    0xffff,
    0x10000,
    0x7fffffff,
    0x80000000,
    0x80000001,
    0x3f800000,
    0xbf800000,
    0x7f800000,
    0xff800000,
    0x7fc00000,
    0x00000001,
    0x80000001,
    0x007fffff,
    0x00800000,
    0x7f7fffff,
    0xff7fffff,
    0x3f000000,
    0x40490fdb,
    0x4b000001,
    0x3f7fffff,
    0x3f800001,
    0x12345678,
    0xdeadbeef,
    0x42f6e979,
    0xc2f6e979,
    0x477fe000,
    0x477ff000
  };

  private ScalarHarness() {}

  /** Every edge with every other, and the third operand from another place of the list. */
  static int[][] triples() {
    int n = EDGES.length;
    int[][] columns = new int[3][n * n];
    for (int i = 0; i < n * n; i++) {
      columns[0][i] = EDGES[i / n];
      columns[1][i] = EDGES[i % n];
      columns[2][i] = EDGES[(i / n + 7 * (i % n)) % n];
    }
    return columns;
  }

  /**
   * Runs {@code body}, which finds its operands in %r1 %r2 %r3 (and %f1 %f2 %f3, %d11 %d12 as the
   * 64 bits of %r2:%r1 and %r3:%r1) and leaves 64 bits in %d10.
   */
  static long[] run(EmulatorOptions options, int[][] columns, String body) {
    int n = columns[0].length;
    String ptx =
        PtxHarness.kernel(
            4,
            """
            mov.u32 %r10, %ctaid.x;
            mov.u32 %r11, %tid.x;
            mad.lo.u32 %r12, %r10, 128, %r11;
            setp.ge.u32 %p0, %r12, SIZE;
            @%p0 bra DONE;
            ld.param.u64 %d0, [p0];
            ld.param.u64 %d1, [p1];
            ld.param.u64 %d2, [p2];
            ld.param.u64 %d3, [p3];
            mad.wide.u32 %d4, %r12, 4, %d0;
            mad.wide.u32 %d5, %r12, 4, %d1;
            mad.wide.u32 %d6, %r12, 4, %d2;
            mad.wide.u32 %d7, %r12, 8, %d3;
            ld.global.u32 %r1, [%d4];
            ld.global.u32 %r2, [%d5];
            ld.global.u32 %r3, [%d6];
            mov.b32 %f1, %r1;
            mov.b32 %f2, %r2;
            mov.b32 %f3, %r3;
            mov.b64 %d11, {%r1, %r2};
            mov.b64 %d12, {%r1, %r3};
            BODY
            st.global.u64 [%d7], %d10;
            DONE:
            """
                .replace("SIZE", Integer.toString(n))
                .replace("BODY", body));
    try (PtxHarness harness = new PtxHarness(options)) {
      DeviceMemory a = harness.upload(columns[0]);
      DeviceMemory b = harness.upload(columns[1]);
      DeviceMemory c = harness.upload(columns[2]);
      DeviceMemory out = harness.empty(2 * n);
      harness.run(
          ptx,
          Math.ceilDiv(n, 128),
          128,
          0,
          PtxHarness.read(a),
          PtxHarness.read(b),
          PtxHarness.read(c),
          PtxHarness.write(out));
      int[] words = harness.download(out);
      long[] results = new long[n];
      for (int i = 0; i < n; i++) {
        results[i] = words[2 * i] & 0xffffffffL | (long) words[2 * i + 1] << 32;
      }
      return results;
    }
  }
}
