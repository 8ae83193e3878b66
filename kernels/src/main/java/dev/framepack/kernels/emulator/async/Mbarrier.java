package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.exec.Clocks;
import dev.framepack.kernels.emulator.memory.AccessFault;

/**
 * An mbarrier object: a phase ends when no arrival and no transaction byte is outstanding; then the
 * next one begins with the same expected arrivals. Source: PTX ISA 8.0, "mbarrier".
 */
final class Mbarrier {
  /** Most arrivals a barrier can expect. */
  static final int MOST_ARRIVALS = (1 << 20) - 1;

  private final int expected;
  private final int line;
  private int pending;
  private int transaction;
  private int phase;
  private int[] arriving;
  private int[] released;

  /**
   * @param warps warps of its block, for their clocks
   * @param line of the init, for messages
   */
  Mbarrier(int expected, int warps, int line) {
    if (expected < 1 || expected > MOST_ARRIVALS) {
      throw fault("expected arrivals %s; expected 1 to %s".formatted(expected, MOST_ARRIVALS));
    }
    this.expected = expected;
    this.pending = expected;
    this.line = line;
    this.arriving = new int[warps];
    this.released = new int[warps];
  }

  /** Phases that have ended. */
  int phase() {
    return phase;
  }

  /** True once the phase of that parity has ended: the running one has the other parity. */
  boolean hasEnded(int parity) {
    return (phase & 1) != parity;
  }

  /** What the ended phases' arrivals knew. */
  int[] released() {
    return released;
  }

  int pending() {
    return pending;
  }

  /** Hands clocks to whoever waits for this phase. */
  void join(int[] snapshot) {
    Clocks.join(arriving, snapshot);
  }

  void arrive(int count) {
    if (count < 1 || count > pending) {
      throw fault(
          "%s arrivals in a phase that awaits %s of %s; initialise it with the right count"
              .formatted(count, pending, expected));
    }
    pending -= count;
    endIfComplete();
  }

  /** One more arrival is awaited in this phase, as for cp.async.mbarrier.arrive without noinc. */
  void expectOneMore() {
    pending++;
  }

  void expectBytes(int bytes) {
    if (bytes < 0) {
      throw fault("expects " + bytes + " bytes");
    }
    change(bytes);
  }

  void completeBytes(int bytes) {
    change(-bytes);
    endIfComplete();
  }

  private void change(int bytes) {
    transaction += bytes;
    if (Math.abs(transaction) > MOST_ARRIVALS) {
      throw fault("transaction count %s; its range is +-%s".formatted(transaction, MOST_ARRIVALS));
    }
  }

  private void endIfComplete() {
    if (pending == 0 && transaction == 0) {
      phase++;
      pending = expected;
      int[] ended = arriving;
      Clocks.join(ended, released);
      arriving = new int[ended.length];
      released = ended;
    }
  }

  String describe() {
    return "phase %s, %s of %s arrivals and %s bytes outstanding (initialised at line %s)"
        .formatted(phase, pending, expected, transaction, line);
  }

  private AccessFault fault(String message) {
    return new AccessFault(
        EmulationException.Kind.ASYNC, "mbarrier of line %s: %s".formatted(line, message));
  }
}
