package dev.framepack.kernels.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Scalar instructions against arithmetic written another way, on all edge values. */
class ScalarInstructionTest {
  /** The expected result from three operands. */
  interface Oracle {
    long of(int a, int b, int c);
  }

  private static final BigInteger TWO32 = BigInteger.ONE.shiftLeft(32);

  private static Arguments int32(String instruction, Oracle oracle) {
    String body = instruction + "\ncvt.u64.u32 %d10, %r0;";
    return Arguments.of(body, (Oracle) (a, b, c) -> oracle.of(a, b, c) & 0xffffffffL);
  }

  private static Arguments wide(String instruction, Oracle oracle) {
    return Arguments.of(instruction, oracle);
  }

  private static Arguments float32(String instruction, Oracle oracle) {
    return Arguments.of(
        instruction + "\nmov.b32 %r0, %f0;\ncvt.u64.u32 %d10, %r0;",
        (Oracle) (a, b, c) -> oracle.of(a, b, c) & 0xffffffffL);
  }

  private static Arguments bool(String instruction, Oracle oracle) {
    return Arguments.of(instruction + "\nselp.b64 %d10, 1, 0, %p1;", oracle);
  }

  private static long low(int a, int high) {
    return (long) high << 32 | (a & 0xffffffffL);
  }

  private static BigInteger unsigned(int x) {
    return BigInteger.valueOf(Integer.toUnsignedLong(x));
  }

  private static float f(int bits) {
    return Float.intBitsToFloat(bits);
  }

  private static int bits(float value) {
    return Float.floatToRawIntBits(value);
  }

  private static float flushed(float x) {
    return Math.abs(x) < Float.MIN_NORMAL ? Math.copySign(0f, x) : x;
  }

  private static int signExtend16(int x) {
    return x << 16 >> 16;
  }

  static final List<Arguments> INTEGERS =
      List.of(
          int32("add.s32 %r0, %r1, %r2;", (a, b, c) -> unsigned(a).add(unsigned(b)).longValue()),
          int32(
              "add.sat.s32 %r0, %r1, %r2;",
              (a, b, c) ->
                  BigInteger.valueOf(a)
                      .add(BigInteger.valueOf(b))
                      .min(BigInteger.valueOf(Integer.MAX_VALUE))
                      .max(BigInteger.valueOf(Integer.MIN_VALUE))
                      .longValue()),
          int32("sub.u32 %r0, %r1, %r2;", (a, b, c) -> (long) a - b),
          int32("mul.lo.u32 %r0, %r1, %r2;", (a, b, c) -> (long) a * b),
          int32(
              "mul.hi.u32 %r0, %r1, %r2;",
              (a, b, c) -> unsigned(a).multiply(unsigned(b)).divide(TWO32).longValue()),
          int32("mul.hi.s32 %r0, %r1, %r2;", (a, b, c) -> Math.multiplyHigh((long) a << 32, b)),
          int32("mad.lo.s32 %r0, %r1, %r2, %r3;", (a, b, c) -> (long) a * b + c),
          int32(
              "mad24.lo.u32 %r0, %r1, %r2, %r3;",
              (a, b, c) -> (long) (a & 0xffffff) * (b & 0xffffff) + c),
          wide(
              "mul.wide.u32 %d10, %r1, %r2;",
              (a, b, c) -> unsigned(a).multiply(unsigned(b)).longValue()),
          wide("mul.wide.s32 %d10, %r1, %r2;", (a, b, c) -> (long) a * b),
          wide("mad.wide.s32 %d10, %r1, %r2, %d11;", (a, b, c) -> (long) a * b + low(a, b)),
          wide("add.s64 %d10, %d11, %d12;", (a, b, c) -> low(a, b) + low(a, c)),
          wide("mul.lo.s64 %d10, %d11, %d12;", (a, b, c) -> low(a, b) * low(a, c)),
          wide(
              "mul.hi.u64 %d10, %d11, %d12;",
              (a, b, c) ->
                  new BigInteger(Long.toUnsignedString(low(a, b)))
                      .multiply(new BigInteger(Long.toUnsignedString(low(a, c))))
                      .shiftRight(64)
                      .longValue()),
          wide(
              "max.u64 %d10, %d11, %d12;",
              (a, b, c) ->
                  new BigInteger(Long.toUnsignedString(low(a, b)))
                      .max(new BigInteger(Long.toUnsignedString(low(a, c))))
                      .longValue()),
          wide(
              "min.s64 %d10, %d11, %d12;",
              (a, b, c) -> low(a, b) < low(a, c) ? low(a, b) : low(a, c)),
          int32(
              "setp.eq.s32 %p1, %r2, 0; selp.b32 %r5, 7, %r2, %p1; div.u32 %r0, %r1, %r5;",
              (a, b, c) -> unsigned(a).divide(unsigned(b == 0 ? 7 : b)).longValue()),
          int32(
              "setp.eq.s32 %p1, %r2, 0; selp.b32 %r5, 7, %r2, %p1; div.s32 %r0, %r1, %r5;",
              (a, b, c) ->
                  BigInteger.valueOf(a).divide(BigInteger.valueOf(b == 0 ? 7 : b)).longValue()),
          int32(
              "setp.eq.s32 %p1, %r2, 0; selp.b32 %r5, 7, %r2, %p1; rem.s32 %r0, %r1, %r5;",
              (a, b, c) ->
                  BigInteger.valueOf(a).remainder(BigInteger.valueOf(b == 0 ? 7 : b)).longValue()),
          int32(
              "setp.eq.s32 %p1, %r2, 0; selp.b32 %r5, 7, %r2, %p1; rem.u32 %r0, %r1, %r5;",
              (a, b, c) -> unsigned(a).mod(unsigned(b == 0 ? 7 : b)).longValue()),
          int32("min.s32 %r0, %r1, %r2;", (a, b, c) -> a < b ? a : b),
          int32("max.u32 %r0, %r1, %r2;", (a, b, c) -> unsigned(a).max(unsigned(b)).longValue()),
          int32("abs.s32 %r0, %r1;", (a, b, c) -> a < 0 ? -(long) a : a),
          int32("neg.s32 %r0, %r1;", (a, b, c) -> -(long) a),
          int32("and.b32 %r0, %r1, %r2;", (a, b, c) -> a & b),
          int32("xor.b32 %r0, %r1, %r2;", (a, b, c) -> (a | b) - (a & b)),
          int32("not.b32 %r0, %r1;", (a, b, c) -> -1 - (long) a),
          wide("or.b64 %d10, %d11, %d12;", (a, b, c) -> low(a, b | c)),
          int32(
              "shl.b32 %r0, %r1, %r2;",
              (a, b, c) ->
                  unsigned(a)
                      .shiftLeft(unsigned(b).min(BigInteger.valueOf(99)).intValue())
                      .longValue()),
          int32(
              "shr.u32 %r0, %r1, %r2;",
              (a, b, c) ->
                  unsigned(a)
                      .shiftRight(unsigned(b).min(BigInteger.valueOf(99)).intValue())
                      .longValue()),
          int32(
              "shr.s32 %r0, %r1, %r2;",
              (a, b, c) ->
                  BigInteger.valueOf(a)
                      .shiftRight(unsigned(b).min(BigInteger.valueOf(99)).intValue())
                      .longValue()),
          wide(
              "shr.s64 %d10, %d11, %r3;",
              (a, b, c) ->
                  BigInteger.valueOf(low(a, b))
                      .shiftRight(unsigned(c).min(BigInteger.valueOf(99)).intValue())
                      .longValue()),
          int32(
              "shf.l.wrap.b32 %r0, %r1, %r2, %r3;",
              (a, b, c) ->
                  unsigned(b)
                      .shiftLeft(32)
                      .or(unsigned(a))
                      .shiftLeft(c & 31)
                      .shiftRight(32)
                      .longValue()),
          int32(
              "shf.r.wrap.b32 %r0, %r1, %r2, %r3;",
              (a, b, c) ->
                  unsigned(b).shiftLeft(32).or(unsigned(a)).shiftRight(c & 31).longValue()),
          int32(
              "shf.r.clamp.b32 %r0, %r1, %r2, %r3;",
              (a, b, c) ->
                  unsigned(b)
                      .shiftLeft(32)
                      .or(unsigned(a))
                      .shiftRight(Integer.compareUnsigned(c, 32) > 0 ? 32 : c)
                      .longValue()),
          int32("brev.b32 %r0, %r1;", (a, b, c) -> Integer.reverse(a)),
          int32("popc.b32 %r0, %r1;", (a, b, c) -> unsigned(a).bitCount()),
          int32(
              "popc.b64 %r0, %d11;", (a, b, c) -> unsigned(a).bitCount() + unsigned(b).bitCount()),
          int32("clz.b32 %r0, %r1;", (a, b, c) -> 32 - unsigned(a).bitLength()),
          int32("bfind.u32 %r0, %r1;", (a, b, c) -> unsigned(a).bitLength() - 1),
          int32("bfe.u32 %r0, %r1, 5, 11;", (a, b, c) -> (a >>> 5) & 0x7ff),
          int32("bfe.s32 %r0, %r1, 5, 11;", (a, b, c) -> a << 16 >> 21),
          int32("bfe.s32 %r0, %r1, 28, 9;", (a, b, c) -> a >> 28),
          int32("bfi.b32 %r0, %r1, %r2, 4, 9;", (a, b, c) -> b & ~0x1ff0 | (a & 0x1ff) << 4),
          int32("prmt.b32 %r0, %r1, %r2, 0x5410;", (a, b, c) -> a & 0xffff | b << 16),
          int32(
              "prmt.b32 %r0, %r1, %r2, 0x9876;",
              (a, b, c) -> b >>> 16 | (a << 24 >> 31 & 0xff) << 16 | (a << 16 >> 31 & 0xff) << 24),
          int32("lop3.b32 %r0, %r1, %r2, %r3, 0x96;", (a, b, c) -> a ^ b ^ c),
          int32("lop3.b32 %r0, %r1, %r2, %r3, 0xca;", (a, b, c) -> a & b | ~a & c),
          int32(
              "cvt.u16.u32 %h1, %r1; cvt.u16.u32 %h2, %r2; add.u16 %h0, %h1, %h2;"
                  + "cvt.u32.u16 %r0, %h0;",
              (a, b, c) -> (a + b) & 0xffff),
          int32(
              "cvt.u16.u32 %h1, %r1; cvt.u16.u32 %h2, %r2; mul.wide.s16 %r0, %h1, %h2;",
              (a, b, c) -> signExtend16(a) * signExtend16(b)),
          int32(
              "cvt.u16.u32 %h1, %r1; shr.s16 %h0, %h1, 3; cvt.s32.s16 %r0, %h0;",
              (a, b, c) -> signExtend16(a) >> 3),
          int32(
              "sad.u32 %r0, %r1, %r2, %r3;",
              (a, b, c) -> unsigned(a).subtract(unsigned(b)).abs().longValue() + c),
          int32(
              "dp4a.s32.s32 %r0, %r1, %r2, %r3;",
              (a, b, c) ->
                  (long) (byte) a * (byte) b
                      + (long) (byte) (a >> 8) * (byte) (b >> 8)
                      + (long) (byte) (a >> 16) * (byte) (b >> 16)
                      + (long) (byte) (a >> 24) * (byte) (b >> 24)
                      + c));

  static final List<Arguments> COMPARISONS =
      List.of(
          bool("setp.lt.s32 %p1, %r1, %r2;", (a, b, c) -> Integer.compare(a, b) < 0 ? 1 : 0),
          bool(
              "setp.ge.u32 %p1, %r1, %r2;",
              (a, b, c) -> unsigned(a).compareTo(unsigned(b)) >= 0 ? 1 : 0),
          bool(
              "setp.hi.u32 %p1, %r1, %r2;",
              (a, b, c) -> unsigned(a).compareTo(unsigned(b)) > 0 ? 1 : 0),
          bool("setp.ne.b32 %p1, %r1, %r2;", (a, b, c) -> (a ^ b) != 0 ? 1 : 0),
          bool("setp.le.s64 %p1, %d11, %d12;", (a, b, c) -> low(a, b) <= low(a, c) ? 1 : 0),
          bool(
              "setp.lt.u64 %p1, %d11, %d12;",
              (a, b, c) -> Long.compareUnsigned(low(a, b), low(a, c)) < 0 ? 1 : 0),
          bool("setp.lt.f32 %p1, %f1, %f2;", (a, b, c) -> f(a) < f(b) ? 1 : 0),
          bool("setp.ge.f32 %p1, %f1, %f2;", (a, b, c) -> f(a) >= f(b) ? 1 : 0),
          bool("setp.ne.f32 %p1, %f1, %f2;", (a, b, c) -> f(a) < f(b) || f(a) > f(b) ? 1 : 0),
          bool("setp.neu.f32 %p1, %f1, %f2;", (a, b, c) -> f(a) != f(b) ? 1 : 0),
          bool("setp.gtu.f32 %p1, %f1, %f2;", (a, b, c) -> f(a) <= f(b) ? 0 : 1),
          bool(
              "setp.num.f32 %p1, %f1, %f2;",
              (a, b, c) -> Float.isNaN(f(a)) || Float.isNaN(f(b)) ? 0 : 1),
          bool(
              "setp.eq.ftz.f32 %p1, %f1, %f2;",
              (a, b, c) -> flushed(f(a)) == flushed(f(b)) ? 1 : 0),
          bool(
              "setp.lt.s32 %p2, %r1, 5; setp.gt.and.s32 %p1, %r2, 7, %p2;",
              (a, b, c) -> a < 5 && b > 7 ? 1 : 0),
          bool(
              "setp.lt.s32 %p2, %r1, 5; setp.gt.or.s32 %p3|%p1, %r2, 7, !%p2;",
              (a, b, c) -> !(b > 7) || !(a < 5) ? 1 : 0),
          bool(
              "setp.lt.s32 %p2, %r1, %r2; setp.lt.s32 %p3, %r2, %r3; xor.pred %p1, %p2, %p3;",
              (a, b, c) -> (a < b) != (b < c) ? 1 : 0),
          bool(
              "testp.subnormal.f32 %p1, %f1;",
              (a, b, c) -> f(a) != 0 && Math.abs(f(a)) < Float.MIN_NORMAL ? 1 : 0));

  static final List<Arguments> FLOATS =
      List.of(
          float32("add.f32 %f0, %f1, %f2;", (a, b, c) -> bits(f(a) + f(b))),
          float32("sub.rn.f32 %f0, %f1, %f2;", (a, b, c) -> bits(f(a) - f(b))),
          float32("mul.rn.f32 %f0, %f1, %f2;", (a, b, c) -> bits(f(a) * f(b))),
          float32(
              "mul.ftz.f32 %f0, %f1, %f2;",
              (a, b, c) -> bits(flushed(flushed(f(a)) * flushed(f(b))))),
          float32(
              "add.sat.f32 %f0, %f1, %f2;",
              (a, b, c) -> {
                float x = f(a) + f(b);
                return Float.isNaN(x) || x <= 0 ? 0 : x > 1 ? bits(1f) : bits(x);
              }),
          float32(
              "fma.rn.f32 %f0, %f1, %f2, %f3;",
              (a, b, c) -> bits(ExactRounding.exactFma(f(a), f(b), f(c)))),
          float32("div.rn.f32 %f0, %f1, %f2;", (a, b, c) -> bits((float) ((double) f(a) / f(b)))),
          float32("rcp.rn.f32 %f0, %f1;", (a, b, c) -> bits((float) (1.0 / f(a)))),
          float32("sqrt.rn.f32 %f0, %f1;", (a, b, c) -> bits((float) Math.sqrt(f(a)))),
          float32(
              "rsqrt.approx.ftz.f32 %f0, %f1;",
              (a, b, c) -> bits((float) (1 / Math.sqrt(flushed(f(a)))))),
          float32(
              "ex2.approx.ftz.f32 %f0, %f1;",
              (a, b, c) -> bits(flushed((float) Math.pow(2, flushed(f(a)))))),
          float32("tanh.approx.f32 %f0, %f1;", (a, b, c) -> bits((float) Math.tanh(f(a)))),
          float32("abs.f32 %f0, %f1;", (a, b, c) -> a & 0x7fffffff),
          float32("neg.f32 %f0, %f1;", (a, b, c) -> bits(-f(a))),
          float32(
              "min.f32 %f0, %f1, %f2;",
              (a, b, c) ->
                  Float.isNaN(f(a)) ? b : Float.isNaN(f(b)) ? a : bits(Math.min(f(a), f(b)))),
          float32("max.NaN.f32 %f0, %f1, %f2;", (a, b, c) -> bits(Math.max(f(a), f(b)))),
          float32("copysign.f32 %f0, %f1, %f2;", (a, b, c) -> bits(Math.copySign(f(b), f(a)))),
          float32(
              "add.rz.f32 %f0, %f1, %f2;", (a, b, c) -> bits(ExactRounding.towardZero(f(a), f(b)))),
          float32(
              "cvt.rn.f32.s32 %f0, %r1;", (a, b, c) -> bits(BigInteger.valueOf(a).floatValue())),
          float32("cvt.rn.f32.u32 %f0, %r1;", (a, b, c) -> bits(unsigned(a).floatValue())),
          float32(
              "cvt.rz.f32.u32 %f0, %r1;",
              (a, b, c) -> {
                float nearest = unsigned(a).floatValue();
                return bits(
                    new BigDecimal(nearest).compareTo(new BigDecimal(unsigned(a))) > 0
                        ? Math.nextDown(nearest)
                        : nearest);
              }),
          float32("cvt.rmi.f32.f32 %f0, %f1;", (a, b, c) -> bits((float) Math.floor(f(a)))),
          float32(
              "cvt.sat.f32.f32 %f0, %f1;", (a, b, c) -> f(a) > 0 ? bits(Math.min(f(a), 1f)) : 0),
          int32("cvt.rzi.s32.f32 %r0, %f1;", (a, b, c) -> (int) f(a)),
          int32(
              "cvt.rni.s32.f32 %r0, %f1;",
              (a, b, c) -> (int) Math.clamp(Math.rint(f(a)), -0x1p31, 0x1p31 - 1)),
          int32(
              "cvt.rpi.u32.f32 %r0, %f1;",
              (a, b, c) ->
                  Float.isNaN(f(a)) ? 0 : (long) Math.clamp(Math.ceil(f(a)), 0.0, 4294967295.0)),
          int32(
              "cvt.rn.bf16.f32 %h0, %f1; mov.b32 %r0, {%h0, %h0};",
              (a, b, c) -> ExactRounding.nearestHalf(f(a), 8, -126) * 0x10001L),
          int32(
              "cvt.rn.f16.f32 %h0, %f1; mov.b32 %r0, {%h0, %h0};",
              (a, b, c) -> ExactRounding.nearestHalf(f(a), 11, -14) * 0x10001L),
          int32(
              "cvt.rn.bf16x2.f32 %r0, %f1, %f2;",
              (a, b, c) ->
                  ExactRounding.nearestHalf(f(a), 8, -126) << 16
                      | ExactRounding.nearestHalf(f(b), 8, -126)),
          int32(
              "cvt.rn.f16x2.f32 %r0, %f1, %f2;",
              (a, b, c) ->
                  ExactRounding.nearestHalf(f(a), 11, -14) << 16
                      | ExactRounding.nearestHalf(f(b), 11, -14)),
          int32("cvt.sat.u8.s32 %r0, %r1;", (a, b, c) -> Math.clamp((long) a, 0, 255)),
          int32("cvt.s8.s32 %r0, %r1;", (a, b, c) -> a << 24 >> 24),
          wide(
              "cvt.f64.f32 %g1, %f1; mov.b64 %d10, %g1;",
              (a, b, c) -> Double.doubleToRawLongBits(f(a))),
          float32(
              "cvt.f64.f32 %g1, %f1; cvt.f64.f32 %g2, %f2; fma.rn.f64 %g3, %g1, %g2, %g1;"
                  + " cvt.rn.f32.f64 %f0, %g3;",
              (a, b, c) -> bits((float) Math.fma((double) f(a), f(b), f(a)))));

  @ParameterizedTest
  @FieldSource("INTEGERS")
  void integers(String body, Oracle oracle) {
    check(body, oracle, false);
  }

  @ParameterizedTest
  @FieldSource("COMPARISONS")
  void comparisons(String body, Oracle oracle) {
    check(body, oracle, false);
  }

  @ParameterizedTest
  @FieldSource("FLOATS")
  void floats(String body, Oracle oracle) {
    check(body, oracle, true);
  }

  private static void check(String body, Oracle oracle, boolean nan) {
    int[][] columns = ScalarHarness.triples();
    long[] got = ScalarHarness.run(EmulatorOptions.defaults(), columns, body);
    for (int i = 0; i < got.length; i++) {
      int a = columns[0][i];
      int b = columns[1][i];
      int c = columns[2][i];
      long expected = oracle.of(a, b, c);
      boolean bothNan = nan && Float.isNaN(f((int) expected)) && Float.isNaN(f((int) got[i]));
      if (!bothNan) {
        assertEquals(
            Long.toHexString(expected),
            Long.toHexString(got[i]),
            () -> "%s of %08x %08x %08x".formatted(body, a, b, c));
      }
    }
  }
}
