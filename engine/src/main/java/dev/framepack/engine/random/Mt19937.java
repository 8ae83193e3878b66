package dev.framepack.engine.random;

/**
 * The Mersenne Twister MT19937 with 32-bit output (Matsumoto and Nishimura, 1998), seeded by the
 * recurrence {@code s[j] = 1812433253 (s[j-1] xor s[j-1] >>> 30) + j}.
 */
final class Mt19937 {

  private static final int N = 624;
  private static final int M = 397;
  private static final int MATRIX_A = 0x9908b0df;
  private static final int UPPER_MASK = 0x80000000;
  private static final int LOWER_MASK = 0x7fffffff;

  private final int[] state = new int[N];
  private int next = N;
  private long drawsConsumed;

  Mt19937(int seed) {
    state[0] = seed;
    for (int j = 1; j < N; j++) {
      state[j] = 1812433253 * (state[j - 1] ^ (state[j - 1] >>> 30)) + j;
    }
  }

  /** Number of 32-bit words handed out or skipped so far. */
  long drawsConsumed() {
    return drawsConsumed;
  }

  int nextInt() {
    if (next == N) {
      twist();
    }
    drawsConsumed++;
    int y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  /** The first word is the high half. */
  long nextLong() {
    long high = nextInt();
    return (high << 32) | (nextInt() & 0xFFFFFFFFL);
  }

  void skip(long draws) {
    long left = draws;
    while (left > 0) {
      if (next == N) {
        twist();
      }
      int taken = (int) Math.min(left, N - next);
      next += taken;
      left -= taken;
    }
    drawsConsumed += draws;
  }

  private void twist() {
    for (int k = 0; k < N; k++) {
      int y = (state[k] & UPPER_MASK) | (state[(k + 1) % N] & LOWER_MASK);
      state[k] = state[(k + M) % N] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : MATRIX_A);
    }
    next = 0;
  }
}
