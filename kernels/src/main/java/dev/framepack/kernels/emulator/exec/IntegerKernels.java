package dev.framepack.kernels.emulator.exec;

import java.util.function.IntBinaryOperator;
import java.util.function.LongBinaryOperator;

/** 32- and 64-bit integer arithmetic on 32 lanes. */
final class IntegerKernels {
  static final Kernel ADD =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = r[a + l] + r[b + l];
        }
      };
  static final Kernel SUB =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = r[a + l] - r[b + l];
        }
      };
  static final Kernel MUL_LOW =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = r[a + l] * r[b + l];
        }
      };
  static final Kernel MAD_LOW =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = r[a + l] * r[b + l] + r[c + l];
        }
      };
  static final Kernel MUL_WIDE_SIGNED =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = (long) r[a + l] * r[b + l];
        }
      };
  static final Kernel MUL_WIDE_UNSIGNED =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = (r[a + l] & 0xffffffffL) * (r[b + l] & 0xffffffffL);
        }
      };
  static final Kernel MAD_WIDE_SIGNED =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = (long) r[a + l] * r[b + l] + q[c + l];
        }
      };
  static final Kernel MAD_WIDE_UNSIGNED =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = (r[a + l] & 0xffffffffL) * (r[b + l] & 0xffffffffL) + q[c + l];
        }
      };
  static final Kernel AND =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = r[a + l] & r[b + l];
        }
      };
  static final Kernel OR =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = r[a + l] | r[b + l];
        }
      };
  static final Kernel XOR =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = r[a + l] ^ r[b + l];
        }
      };
  static final Kernel MIN =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = Math.min(r[a + l], r[b + l]);
        }
      };
  static final Kernel MAX =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = Math.max(r[a + l], r[b + l]);
        }
      };
  static final Kernel COPY =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = r[a + l];
        }
      };
  static final Kernel COPY64 = (r, q, d, a, b, c) -> System.arraycopy(q, a, q, d, 32);

  static final Kernel ADD64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = q[a + l] + q[b + l];
        }
      };
  static final Kernel SUB64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = q[a + l] - q[b + l];
        }
      };
  static final Kernel MUL_LOW64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = q[a + l] * q[b + l];
        }
      };
  static final Kernel MAD_LOW64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = q[a + l] * q[b + l] + q[c + l];
        }
      };

  private IntegerKernels() {}

  /** Shifts clamp their unsigned amount to the width. */
  static int shiftLeft(int x, int amount) {
    return Integer.compareUnsigned(amount, 32) >= 0 ? 0 : x << amount;
  }

  static int shiftRight(int x, int amount) {
    return Integer.compareUnsigned(amount, 32) >= 0 ? 0 : x >>> amount;
  }

  static int shiftRightSigned(int x, int amount) {
    return x >> (Integer.compareUnsigned(amount, 32) >= 0 ? 31 : amount);
  }

  static final Kernel SHL =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = shiftLeft(r[a + l], r[b + l]);
        }
      };
  static final Kernel SHR =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = shiftRight(r[a + l], r[b + l]);
        }
      };
  static final Kernel SHR_SIGNED =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = shiftRightSigned(r[a + l], r[b + l]);
        }
      };

  /** 64-bit shifts take a 32-bit amount. */
  static final Kernel SHL64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          int n = r[b + l];
          q[d + l] = Integer.compareUnsigned(n, 64) >= 0 ? 0 : q[a + l] << n;
        }
      };

  static final Kernel SHR64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          int n = r[b + l];
          q[d + l] = Integer.compareUnsigned(n, 64) >= 0 ? 0 : q[a + l] >>> n;
        }
      };
  static final Kernel SHR_SIGNED64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          int n = r[b + l];
          q[d + l] = q[a + l] >> (Integer.compareUnsigned(n, 64) >= 0 ? 63 : n);
        }
      };

  /** Any 32-bit operation of two sources, lane by lane. */
  static Kernel binary(IntBinaryOperator op) {
    return (r, q, d, a, b, c) -> {
      for (int l = 0; l < 32; l++) {
        r[d + l] = op.applyAsInt(r[a + l], r[b + l]);
      }
    };
  }

  static Kernel binary64(LongBinaryOperator op) {
    return (r, q, d, a, b, c) -> {
      for (int l = 0; l < 32; l++) {
        q[d + l] = op.applyAsLong(q[a + l], q[b + l]);
      }
    };
  }

  /** A 32-bit operation of three sources, lane by lane. */
  interface Ternary {
    int of(int a, int b, int c);
  }

  static Kernel ternary(Ternary op) {
    return (r, q, d, a, b, c) -> {
      for (int l = 0; l < 32; l++) {
        r[d + l] = op.of(r[a + l], r[b + l], r[c + l]);
      }
    };
  }

  /**
   * The same operation on 16 bits: sources extended by their sign or by zeros, the result cut to
   * 16.
   */
  static Kernel narrow(boolean signed, Ternary op) {
    return (r, q, d, a, b, c) -> {
      for (int l = 0; l < 32; l++) {
        int x = signed ? (short) r[a + l] : r[a + l] & 0xffff;
        int y = signed ? (short) r[b + l] : r[b + l] & 0xffff;
        int z = signed ? (short) r[c + l] : r[c + l] & 0xffff;
        r[d + l] = op.of(x, y, z) & 0xffff;
      }
    };
  }
}
