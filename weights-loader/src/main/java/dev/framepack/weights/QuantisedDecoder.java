package dev.framepack.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Values of ggml's blocks, as {@code dequantize_row_*} of {@code ggml-quants.c} gives them: in
 * float32, products exact. Positions and lengths are whole blocks.
 */
final class QuantisedDecoder {
  private static final int RUN = 32;
  private static final int Q8_0_BYTES = 34;
  private static final int Q4_0_BYTES = 18;
  private static final int Q4_K_RUNS = 8;
  private static final int Q4_K_BYTES = 144;
  private static final int Q4_K_SCALES = 4;
  private static final int Q4_K_CODES = 16;
  private static final ValueLayout.OfShort I16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private QuantisedDecoder() {}

  static void readQ8(MemorySegment data, long position, float[] out, int length) {
    for (int i = 0; i < length; i++) {
      long block = (position + i) / RUN * Q8_0_BYTES;
      out[i] = half(data, block) * data.get(ValueLayout.JAVA_BYTE, block + 2 + i % RUN);
    }
  }

  static void readQ4(MemorySegment data, long position, float[] out, int length) {
    for (int i = 0; i < length; i++) {
      long block = (position + i) / RUN * Q4_0_BYTES;
      int codes = unsigned(data, block + 2 + i % (RUN / 2));
      int code = i % RUN < RUN / 2 ? codes & 15 : codes >> 4;
      out[i] = half(data, block) * (code - 8);
    }
  }

  static void readQ4K(MemorySegment data, long position, float[] out, int length) {
    for (int i = 0; i < length; i += RUN) {
      long run = (position + i) / RUN;
      readRun(data, run / Q4_K_RUNS * Q4_K_BYTES, (int) (run % Q4_K_RUNS), out, i);
    }
  }

  private static void readRun(MemorySegment data, long block, int run, float[] out, int first) {
    long scales = block + Q4_K_SCALES;
    int scale;
    int minimum;
    if (run < Q4_K_RUNS / 2) {
      scale = unsigned(data, scales + run) & 63;
      minimum = unsigned(data, scales + run + 4) & 63;
    } else {
      scale = unsigned(data, scales + run + 4) & 15 | unsigned(data, scales + run - 4) >> 6 << 4;
      minimum = unsigned(data, scales + run + 4) >> 4 | unsigned(data, scales + run) >> 6 << 4;
    }
    float step = half(data, block) * scale;
    float offset = half(data, block + 2) * minimum;
    long codes = block + Q4_K_CODES + (long) run / 2 * RUN;
    for (int i = 0; i < RUN; i++) {
      int pair = unsigned(data, codes + i);
      out[first + i] = step * (run % 2 == 0 ? pair & 15 : pair >> 4) - offset;
    }
  }

  private static float half(MemorySegment data, long at) {
    return Float.float16ToFloat(data.get(I16, at));
  }

  private static int unsigned(MemorySegment data, long at) {
    return Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, at));
  }
}
