package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.parse.PtxType;

/** Compares two sources on all lanes; the result has a bit per lane. */
@FunctionalInterface
interface Comparison {
  int run(int[] r, long[] q, int a, int b);

  /** The comparison of that name, such as {@code lt} or {@code neu}, or an unknown-form error. */
  static Comparison of(Form form, String name, PtxType type) {
    Basis basis = Basis.of(type);
    boolean isFloat = type.isFloat();
    return switch (name) {
      case "eq" -> basis.equal;
      case "ne" -> isFloat ? minus(not(basis.equal), basis.unordered) : not(basis.equal);
      case "lt", "lo" -> basis.less;
      case "gt", "hi" -> swap(basis.less);
      case "le", "ls" -> isFloat ? or(basis.less, basis.equal) : not(swap(basis.less));
      case "ge", "hs" -> isFloat ? or(swap(basis.less), basis.equal) : not(basis.less);
      case "equ", "neu", "ltu", "leu", "gtu", "geu", "num", "nan" -> {
        if (!isFloat) {
          throw form.unknown("." + name + " compares floats only");
        }
        yield switch (name) {
          case "equ" -> or(basis.equal, basis.unordered);
          case "neu" -> not(basis.equal);
          case "ltu" -> or(basis.less, basis.unordered);
          case "leu" -> not(swap(basis.less));
          case "gtu" -> or(swap(basis.less), basis.unordered);
          case "geu" -> not(basis.less);
          case "num" -> not(basis.unordered);
          default -> basis.unordered;
        };
      }
      default -> throw form.unknown("unknown comparison ." + name);
    };
  }

  private static Comparison swap(Comparison one) {
    return (r, q, a, b) -> one.run(r, q, b, a);
  }

  private static Comparison not(Comparison one) {
    return (r, q, a, b) -> ~one.run(r, q, a, b);
  }

  private static Comparison or(Comparison one, Comparison two) {
    return (r, q, a, b) -> one.run(r, q, a, b) | two.run(r, q, a, b);
  }

  private static Comparison minus(Comparison one, Comparison two) {
    return (r, q, a, b) -> one.run(r, q, a, b) & ~two.run(r, q, a, b);
  }

  /** The comparisons all others are made of. */
  record Basis(Comparison equal, Comparison less, Comparison unordered) {
    private static final Comparison NEVER = (r, q, a, b) -> 0;

    static Basis of(PtxType type) {
      return switch (type) {
        case S16 -> narrow(true);
        case B16, U16 -> narrow(false);
        case S32 ->
            new Basis(
                EQUAL,
                (r, q, a, b) -> {
                  int m = 0;
                  for (int l = 0; l < 32; l++) {
                    m |= (r[a + l] < r[b + l] ? 1 : 0) << l;
                  }
                  return m;
                },
                NEVER);
        case S64 -> wide(0);
        case B64, U64 -> wide(Long.MIN_VALUE);
        case F32 ->
            new Basis(
                (r, q, a, b) -> {
                  int m = 0;
                  for (int l = 0; l < 32; l++) {
                    m |=
                        (Float.intBitsToFloat(r[a + l]) == Float.intBitsToFloat(r[b + l]) ? 1 : 0)
                            << l;
                  }
                  return m;
                },
                (r, q, a, b) -> {
                  int m = 0;
                  for (int l = 0; l < 32; l++) {
                    m |=
                        (Float.intBitsToFloat(r[a + l]) < Float.intBitsToFloat(r[b + l]) ? 1 : 0)
                            << l;
                  }
                  return m;
                },
                (r, q, a, b) -> {
                  int m = 0;
                  for (int l = 0; l < 32; l++) {
                    m |= (isNan(r[a + l]) || isNan(r[b + l]) ? 1 : 0) << l;
                  }
                  return m;
                });
        case F64 -> lanes((r, q, i) -> Double.longBitsToDouble(q[i]));
        case F16 -> lanes((r, q, i) -> Half.fromF16(r[i]));
        case BF16 -> lanes((r, q, i) -> Half.fromBf16(r[i]));
        default ->
            new Basis(
                EQUAL,
                (r, q, a, b) -> {
                  int m = 0;
                  for (int l = 0; l < 32; l++) {
                    m |= (r[a + l] + Integer.MIN_VALUE < r[b + l] + Integer.MIN_VALUE ? 1 : 0) << l;
                  }
                  return m;
                },
                NEVER);
      };
    }

    private static final Comparison EQUAL =
        (r, q, a, b) -> {
          int m = 0;
          for (int l = 0; l < 32; l++) {
            m |= (r[a + l] == r[b + l] ? 1 : 0) << l;
          }
          return m;
        };

    private static boolean isNan(int bits) {
      return (bits & 0x7fffffff) > 0x7f800000;
    }

    private static Basis narrow(boolean signed) {
      int flip = signed ? 0x8000 : 0;
      return new Basis(
          EQUAL,
          (r, q, a, b) -> {
            int m = 0;
            for (int l = 0; l < 32; l++) {
              m |= ((r[a + l] & 0xffff ^ flip) < (r[b + l] & 0xffff ^ flip) ? 1 : 0) << l;
            }
            return m;
          },
          NEVER);
    }

    private static Basis wide(long flip) {
      return new Basis(
          (r, q, a, b) -> {
            int m = 0;
            for (int l = 0; l < 32; l++) {
              m |= (q[a + l] == q[b + l] ? 1 : 0) << l;
            }
            return m;
          },
          (r, q, a, b) -> {
            int m = 0;
            for (int l = 0; l < 32; l++) {
              m |= ((q[a + l] ^ flip) < (q[b + l] ^ flip) ? 1 : 0) << l;
            }
            return m;
          },
          NEVER);
    }

    private interface Lane {
      double of(int[] r, long[] q, int index);
    }

    private static Basis lanes(Lane lane) {
      return new Basis(
          (r, q, a, b) -> {
            int m = 0;
            for (int l = 0; l < 32; l++) {
              m |= (lane.of(r, q, a + l) == lane.of(r, q, b + l) ? 1 : 0) << l;
            }
            return m;
          },
          (r, q, a, b) -> {
            int m = 0;
            for (int l = 0; l < 32; l++) {
              m |= (lane.of(r, q, a + l) < lane.of(r, q, b + l) ? 1 : 0) << l;
            }
            return m;
          },
          (r, q, a, b) -> {
            int m = 0;
            for (int l = 0; l < 32; l++) {
              double x = lane.of(r, q, a + l);
              double y = lane.of(r, q, b + l);
              m |= (Double.isNaN(x) || Double.isNaN(y) ? 1 : 0) << l;
            }
            return m;
          });
    }
  }

  /** The comparison with subnormals taken as zero. */
  static Comparison flushing(Comparison plain) {
    return (r, q, a, b) -> {
      Float32.flush(r, 32, a);
      Float32.flush(r, 64, b);
      return plain.run(r, q, 32, 64);
    };
  }
}
