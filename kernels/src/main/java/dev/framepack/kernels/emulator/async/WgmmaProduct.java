package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.exec.Instruction;
import dev.framepack.kernels.emulator.exec.Slot;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.matrix.MmaElement;
import dev.framepack.kernels.emulator.matrix.Wgmma;
import dev.framepack.kernels.emulator.matrix.WgmmaOperand;
import org.jspecify.annotations.Nullable;

/** {@code wgmma.mma_async.sync.aligned.m64nNk16}. */
final class WgmmaProduct extends Instruction {
  /**
   * Signs and layouts as the instruction's immediates state them.
   *
   * @param accumulateNegated whether scale-d is given as {@code !p}
   */
  record Flags(
      boolean negatesA,
      boolean negatesB,
      boolean transposesA,
      boolean transposesB,
      boolean accumulateNegated) {}

  private final MmaElement element;
  private final int n;
  private final Slot[] accumulators;
  private final int[] accumulatorBases;
  private final Slot @Nullable [] aFragment;
  private final int @Nullable [] aRegisters;
  private final @Nullable Slot aDescriptor;
  private final Slot bDescriptor;
  private final Slot accumulate;
  private final Flags flags;
  private final ThreadLocal<@Nullable Wgmma> scratch = new ThreadLocal<>();

  WgmmaProduct(
      MmaElement element,
      int n,
      Slot[] accumulators,
      Slot @Nullable [] aFragment,
      @Nullable Slot aDescriptor,
      Slot bDescriptor,
      Slot accumulate,
      Flags flags) {
    this.element = element;
    this.n = n;
    this.accumulators = accumulators;
    this.accumulatorBases = bases(accumulators);
    this.aFragment = aFragment;
    this.aRegisters = aFragment == null ? null : bases(aFragment);
    this.aDescriptor = aDescriptor;
    this.bDescriptor = bDescriptor;
    this.accumulate = accumulate;
    this.flags = flags;
  }

  private static int[] bases(Slot[] slots) {
    int[] bases = new int[slots.length];
    for (int i = 0; i < slots.length; i++) {
      bases[i] = slots[i].base();
    }
    return bases;
  }

  @Override
  public void execute(Warp warp, int mask) {
    if (mask != -1) {
      throw warp.fault(
          EmulationException.Kind.DIVERGENCE,
          Integer.numberOfTrailingZeros(~mask),
          "executed by lanes 0x%08x; expected the whole warp".formatted(mask));
    }
    warp.requireInit(-1, bDescriptor.id());
    warp.requireInit(-1, accumulate.id());
    if (aFragment != null) {
      for (Slot slot : aFragment) {
        warp.requireInit(-1, slot.id());
      }
    }
    long a = aDescriptor == null ? 0 : descriptor(warp, aDescriptor);
    long b = descriptor(warp, bDescriptor);
    int predicate = warp.p[accumulate.base()];
    if (predicate != 0 && predicate != -1) {
      throw warp.fault(
          EmulationException.Kind.DIVERGENCE,
          0,
          "scale-d differs between lanes; expected one value");
    }
    boolean accumulates = predicate != 0 ^ flags.accumulateNegated();
    AsyncState.of(warp).products(warp).issue(this, a, b, accumulates);
  }

  private static long descriptor(Warp warp, Slot slot) {
    warp.requireInit(-1, slot.id());
    long first = warp.q[slot.base()];
    for (int lane = 1; lane < 32; lane++) {
      if (warp.q[slot.base() + lane] != first) {
        throw warp.fault(
            EmulationException.Kind.DIVERGENCE,
            lane,
            "descriptor 0x%x, lane 0 says 0x%x; expected one for the warpgroup"
                .formatted(warp.q[slot.base() + lane], first));
      }
    }
    if (!WgmmaOperand.isWellFormed(first)) {
      throw warp.fault(
          EmulationException.Kind.ASYNC,
          0,
          "descriptor 0x%x has bits outside its fields".formatted(first));
    }
    return first;
  }

  Slot[] accumulators() {
    return accumulators;
  }

  int[] accumulatorBases() {
    return accumulatorBases;
  }

  int @Nullable [] aRegisters() {
    return aRegisters;
  }

  int n() {
    return n;
  }

  boolean negatesA() {
    return flags.negatesA();
  }

  boolean negatesB() {
    return flags.negatesB();
  }

  boolean transposesA() {
    return flags.transposesA();
  }

  boolean transposesB() {
    return flags.transposesB();
  }

  /** This thread's working memory. */
  Wgmma scratch() {
    Wgmma wgmma = scratch.get();
    if (wgmma == null) {
      wgmma = new Wgmma(element, n);
      scratch.set(wgmma);
    }
    return wgmma;
  }
}
