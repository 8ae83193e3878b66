package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulationException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * 32 lanes. Lanes that branched apart form contexts of (pc, mask); the lowest pc runs first, and
 * contexts that meet at one pc merge.
 */
public final class Warp {
  static final int LANES = 32;
  private static final int NONE = Integer.MAX_VALUE;

  /** Instructions after which a diverged warp lets another context run, so that spins end. */
  private static final int ROTATION = 4096;

  public final Cta cta;

  /** Index in the block. */
  public final int index;

  /** 8- to 32-bit registers. */
  public final int[] r;

  /** 64-bit registers. */
  public final long[] q;

  /** Predicates, a bit per lane. */
  public final int[] p;

  /** Per slot, the lanes that hold a value. */
  public final int[] init;

  /** Scratch of the memory instruction that executes: an offset per lane. */
  public final int[] offsets = new int[LANES];

  /** Local memory of the lanes, one after the other. */
  public final byte[] local;

  private final Instruction[] code;
  private final long[] counts;
  private int live;
  private int pc;
  private int mask;
  private int nextPc;
  private int contexts;
  private final int[] contextPc = new int[LANES];
  private final int[] contextMask = new int[LANES];
  private final @Nullable Wait[] contextWait = new Wait[LANES];
  private boolean left;
  private int sinceRotation;
  private Instruction current;

  Warp(Cta cta, int index, Program program, long[] counts) {
    this.cta = cta;
    this.index = index;
    this.code = program.code();
    this.counts = counts;
    this.r = new int[program.slots().words32()];
    this.q = new long[program.slots().words64()];
    this.p = new int[program.slots().predicates()];
    this.init = new int[program.slots().initTemplate().length];
    this.local = new byte[LANES * program.entry().localBytes()];
    this.current = code[0];
    program.slots().fillConstants(r, q, p);
  }

  /** Begins anew with the lanes of {@code lanes}. */
  void reset(int[] initTemplate, int lanes) {
    System.arraycopy(initTemplate, 0, init, 0, init.length);
    live = lanes;
    pc = 0;
    mask = lanes;
    nextPc = NONE;
    contexts = 0;
    left = false;
    sinceRotation = 0;
    Arrays.fill(local, (byte) 0);
  }

  /** Lanes that exist and have not exited. */
  public int live() {
    return live;
  }

  /** Lanes of the running context. */
  public int mask() {
    return mask;
  }

  public boolean isFinished() {
    return live == 0;
  }

  /** The instruction that executes. */
  public Instruction current() {
    return current;
  }

  /** Runs up to {@code budget} instructions; returns how many ran, fewer when the warp blocked. */
  int run(int budget) {
    if (live == 0 || (mask == 0 && !resume())) {
      return 0;
    }
    if (contexts > 0) {
      wake();
    }
    int done = 0;
    while (done < budget) {
      if (pc >= nextPc) {
        merge();
      }
      int at = pc;
      Instruction instruction = code[at];
      counts[at]++;
      done++;
      current = instruction;
      pc = at + 1;
      int lanes = mask;
      if (instruction.guard >= 0) {
        if ((lanes & ~init[instruction.guardId]) != 0) {
          throw uninitialised(lanes & ~init[instruction.guardId]);
        }
        int predicate = p[instruction.guard];
        lanes &= instruction.guardNegated ? ~predicate : predicate;
      }
      if (lanes != 0) {
        instruction.execute(this, lanes);
        if (left) {
          left = false;
          if (!resume()) {
            break;
          }
        }
      }
    }
    if (contexts > 0 && (sinceRotation += done) > ROTATION) {
      rotate();
    }
    return done;
  }

  /** Sends lanes of the running context to a target. */
  public void branch(int lanes, int target) {
    if (lanes == mask) {
      pc = target;
      return;
    }
    push(target, lanes, null);
    mask &= ~lanes;
  }

  /** Ends lanes of the running context. */
  public void exit(int lanes) {
    live &= ~lanes;
    mask &= ~lanes;
    left = mask == 0;
    if (live == 0) {
      cta.onWarpExit(this);
    }
  }

  /**
   * Suspends the lanes; the others of the context go on.
   *
   * @param retry true to execute the current instruction again once the wait is over, false to go
   *     on behind it
   */
  public void suspend(int lanes, Wait wait, boolean retry) {
    push(retry ? current.index() : current.index() + 1, lanes, wait);
    mask &= ~lanes;
    left = mask == 0;
  }

  /**
   * Lanes wait at the current instruction until all the expected ones are there; then all go on.
   * True when they are together now.
   */
  public boolean meet(Instruction at, int lanes, int expected) {
    if (lanes == expected) {
      return true;
    }
    suspend(
        lanes,
        new Wait() {
          @Override
          public boolean isOver() {
            return ((waitingAt(at.index()) | (pc == at.index() ? mask : 0)) & expected & live)
                == (expected & live);
          }

          @Override
          public String describe() {
            return "lanes 0x%08x at line %s".formatted(expected & live, at.line());
          }
        },
        true);
    return false;
  }

  private int waitingAt(int target) {
    int lanes = 0;
    for (int i = 0; i < contexts; i++) {
      lanes |= contextPc[i] == target ? contextMask[i] : 0;
    }
    return lanes;
  }

  private void push(int target, int lanes, @Nullable Wait wait) {
    contextPc[contexts] = target;
    contextMask[contexts] = lanes;
    contextWait[contexts] = wait;
    contexts++;
    if (wait == null) {
      nextPc = Math.min(nextPc, target);
    }
  }

  /** The running context reached another's pc or passed it: the lowest of all goes on. */
  private void merge() {
    push(pc, mask, null);
    mask = 0;
    resume();
  }

  /** Makes the lowest context that need not wait the running one; false when there is none. */
  private boolean resume() {
    int lowest = NONE;
    for (int i = 0; i < contexts; i++) {
      Wait wait = contextWait[i];
      if (wait != null && wait.isOver()) {
        contextWait[i] = null;
      }
      if (contextWait[i] == null) {
        lowest = Math.min(lowest, contextPc[i]);
      }
    }
    if (lowest == NONE) {
      nextPc = NONE;
      return false;
    }
    take(lowest);
    return true;
  }

  private void wake() {
    for (int i = 0; i < contexts; i++) {
      Wait wait = contextWait[i];
      if (wait != null && wait.isOver()) {
        contextWait[i] = null;
        nextPc = Math.min(nextPc, contextPc[i]);
      }
    }
  }

  private void take(int target) {
    int kept = 0;
    nextPc = NONE;
    mask = 0;
    for (int i = 0; i < contexts; i++) {
      if (contextWait[i] == null && contextPc[i] == target) {
        mask |= contextMask[i];
        continue;
      }
      contextPc[kept] = contextPc[i];
      contextMask[kept] = contextMask[i];
      contextWait[kept] = contextWait[i];
      if (contextWait[kept] == null) {
        nextPc = Math.min(nextPc, contextPc[kept]);
      }
      kept++;
    }
    contexts = kept;
    pc = target;
  }

  /** A context that spins below the others would keep them from running: the highest goes on. */
  private void rotate() {
    sinceRotation = 0;
    if (mask == 0) {
      return;
    }
    push(pc, mask, null);
    mask = 0;
    int highest = -1;
    for (int i = 0; i < contexts; i++) {
      if (contextWait[i] == null) {
        highest = Math.max(highest, contextPc[i]);
      }
    }
    take(highest);
    // The others wait until this one blocks, ends, or the next rotation.
    nextPc = NONE;
  }

  /** True when a context can run, after looking at what the suspended ones wait for. */
  boolean isRunnable() {
    if (mask != 0) {
      return true;
    }
    for (int i = 0; i < contexts; i++) {
      Wait wait = contextWait[i];
      if (wait == null || wait.isOver()) {
        return true;
      }
    }
    return false;
  }

  /** Marks lanes of a slot as holding a value. */
  public void define(Slot slot, int lanes) {
    init[slot.id()] |= lanes;
  }

  /** Sets the lanes of a predicate. */
  public void setPredicate(Slot slot, int lanes, int value) {
    int base = slot.base();
    p[base] = p[base] & ~lanes | value & lanes;
    init[slot.id()] |= lanes;
  }

  /** Throws unless the lanes of the slot hold values. */
  public void requireInit(int lanes, int id) {
    if ((lanes & ~init[id]) != 0) {
      throw uninitialised(lanes & ~init[id]);
    }
  }

  EmulationException uninitialised(int lanes) {
    return fault(
        EmulationException.Kind.UNINITIALISED_REGISTER,
        Integer.numberOfTrailingZeros(lanes),
        "reads a register that lanes 0x%08x never wrote; write it on every path".formatted(lanes));
  }

  /** An error at the instruction that executes; the message begins with where. */
  public EmulationException fault(EmulationException.Kind kind, int lane, String message) {
    return new EmulationException(
        kind,
        "%s, PTX line %s (%s), %s, warp %s, lane %s (thread %s): %s"
            .formatted(
                cta.launch().label(),
                current.line(),
                current.text(),
                cta.where(),
                index,
                lane,
                cta.threadText(index * LANES + lane),
                message));
  }

  /** Where each context stands, for a deadlock report. */
  String describe() {
    if (live == 0) {
      return "warp " + index + ": finished";
    }
    StringBuilder text = new StringBuilder("warp " + index + ":");
    if (mask != 0) {
      text.append(" lanes 0x%08x run at line %s".formatted(mask, code[pc].line()));
    }
    for (int i = 0; i < contexts; i++) {
      Wait wait = contextWait[i];
      text.append(
          " lanes 0x%08x at line %s (%s) %s;"
              .formatted(
                  contextMask[i],
                  code[contextPc[i]].line(),
                  code[contextPc[i]].text(),
                  wait == null ? "can run" : "wait for " + wait.describe()));
    }
    return text.toString();
  }
}
