package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** cvt between all widths of integers and floats, and into packed pairs. */
final class ConvertFamily implements InstructionFamily {
  @Override
  public Set<String> opcodes() {
    return Set.of("cvt");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    String rounding = form.takeAny("rn", "rz", "rm", "rp", "rni", "rzi", "rmi", "rpi", "rna");
    boolean flush = form.take("ftz");
    boolean saturate = form.take("sat");
    boolean relu = form.take("relu");
    PtxType to = form.takeType();
    PtxType from = form.takeType();
    if (to == PtxType.BF16X2 || to == PtxType.F16X2) {
      return pair(form, decoder, to, from, rounding, relu);
    }
    if (relu && to != PtxType.BF16 && to != PtxType.F16) {
      throw form.unknown(".relu needs a 16-bit float result");
    }
    check(form, to, from, rounding);
    form.expectOperands(2, 2);
    Kernel kernel = quick(to, from, rounding, flush || saturate || relu);
    if (kernel == null) {
      Convert convert = new Convert(to, from, rounding, flush, saturate, relu);
      kernel = kernel(convert, from.bits() == 64, to.bits() == 64);
    }
    Slot destination = decoder.destination(form, form.operand(0), to, true);
    Slot source = decoder.source(form, form.operand(1), from, true);
    // A narrow result in a wider register is extended by its sign or zeros.
    if (destination.isWide() != (to.bits() == 64) || source.isWide() != (from.bits() == 64)) {
      throw form.unknown("a 64-bit register for a narrower type is not supported; convert twice");
    }
    return new Compute(kernel, destination, source);
  }

  private static void check(Form form, PtxType to, PtxType from, @Nullable String rounding) {
    boolean toFloat = to.isFloat();
    boolean fromFloat = from.isFloat();
    boolean integral = rounding != null && rounding.endsWith("i");
    if (toFloat && !fromFloat && (rounding == null || integral)) {
      throw form.unknown("expected .rn .rz .rm or .rp");
    }
    if (!toFloat && fromFloat && !integral) {
      throw form.unknown("expected .rni .rzi .rmi or .rpi");
    }
    if (!toFloat && !fromFloat && rounding != null) {
      throw form.unknown("no rounding between integers");
    }
    if (toFloat && fromFloat && to.bits() < from.bits() && (rounding == null || integral)) {
      throw form.unknown("expected .rn .rz .rm or .rp");
    }
    if (to.kind() == PtxType.Kind.BITS || from.kind() == PtxType.Kind.BITS) {
      throw form.unknown("expected .u .s or .f types");
    }
  }

  /** Common conversions as one loop; null for the others. */
  private static @Nullable Kernel quick(
      PtxType to, PtxType from, @Nullable String rounding, boolean special) {
    if (special) {
      return null;
    }
    if (to.bits() == 64 && !to.isFloat() && from.bits() == 32 && !from.isFloat()) {
      return from.isSigned()
          ? (r, q, d, a, b, c) -> {
            for (int l = 0; l < 32; l++) {
              q[d + l] = r[a + l];
            }
          }
          : (r, q, d, a, b, c) -> {
            for (int l = 0; l < 32; l++) {
              q[d + l] = r[a + l] & 0xffffffffL;
            }
          };
    }
    if (to.bits() == 32 && !to.isFloat() && from.bits() == 64 && !from.isFloat()) {
      return (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = (int) q[a + l];
        }
      };
    }
    if (to == PtxType.F32 && from == PtxType.F16) {
      return (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = Float.floatToRawIntBits(Half.fromF16(r[a + l]));
        }
      };
    }
    if (to == PtxType.F32 && from == PtxType.BF16) {
      return (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = r[a + l] << 16;
        }
      };
    }
    if (to == PtxType.F32 && from == PtxType.S32 && "rn".equals(rounding)) {
      return (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = Float.floatToRawIntBits((float) r[a + l]);
        }
      };
    }
    if (to == PtxType.F32 && from == PtxType.U32 && "rn".equals(rounding)) {
      return (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = Float.floatToRawIntBits((float) (r[a + l] & 0xffffffffL));
        }
      };
    }
    if (to == PtxType.S32 && from == PtxType.F32 && "rzi".equals(rounding)) {
      return (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = (int) Float.intBitsToFloat(r[a + l]);
        }
      };
    }
    if (to == PtxType.S32 && from == PtxType.F32 && "rni".equals(rounding)) {
      return (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = (int) Math.rint(Float.intBitsToFloat(r[a + l]));
        }
      };
    }
    if (to == PtxType.F32 && from == PtxType.F32 && "rni".equals(rounding)) {
      return (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = Float.floatToRawIntBits((float) Math.rint(Float.intBitsToFloat(r[a + l])));
        }
      };
    }
    if (from == PtxType.F32 && "rn".equals(rounding)) {
      return switch (to) {
        case BF16 ->
            (r, q, d, a, b, c) -> {
              for (int l = 0; l < 32; l++) {
                r[d + l] = Half.toBf16(Float.intBitsToFloat(r[a + l]));
              }
            };
        case F16 ->
            (r, q, d, a, b, c) -> {
              for (int l = 0; l < 32; l++) {
                r[d + l] = Half.toF16(Float.intBitsToFloat(r[a + l]));
              }
            };
        default -> null;
      };
    }
    return null;
  }

  private static Kernel kernel(Convert convert, boolean fromWide, boolean toWide) {
    return (r, q, d, a, b, c) -> {
      for (int l = 0; l < 32; l++) {
        long value = convert.of(fromWide ? q[a + l] : r[a + l]);
        if (toWide) {
          q[d + l] = value;
        } else {
          r[d + l] = (int) value;
        }
      }
    };
  }

  /** {@code cvt.rn.bf16x2.f32 d, a, b}: a goes to the upper half. */
  private static Instruction pair(
      Form form,
      Decoder decoder,
      PtxType to,
      PtxType from,
      @Nullable String rounding,
      boolean relu) {
    if (from != PtxType.F32 || rounding == null) {
      throw form.unknown("expected .rn or .rz and two f32 sources");
    }
    boolean bf16 = to == PtxType.BF16X2;
    Kernel kernel;
    if (rounding.equals("rn") && !relu) {
      kernel =
          bf16
              ? (r, q, d, a, b, c) -> {
                for (int l = 0; l < 32; l++) {
                  r[d + l] =
                      Half.toBf16(Float.intBitsToFloat(r[a + l])) << 16
                          | Half.toBf16(Float.intBitsToFloat(r[b + l]));
                }
              }
              : (r, q, d, a, b, c) -> {
                for (int l = 0; l < 32; l++) {
                  r[d + l] =
                      Half.toF16(Float.intBitsToFloat(r[a + l])) << 16
                          | Half.toF16(Float.intBitsToFloat(r[b + l]));
                }
              };
    } else {
      Convert one =
          new Convert(bf16 ? PtxType.BF16 : PtxType.F16, from, rounding, false, false, relu);
      kernel =
          IntegerKernels.ternary((a, b, c) -> (int) one.of(a) << 16 | (int) one.of(b) & 0xffff);
    }
    return new Compute(
        kernel,
        decoder.destination(form, form.operand(0), to),
        ArithmeticFamily.sources(form, decoder, from, 2));
  }
}
