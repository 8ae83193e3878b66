package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.exec.Cta;
import dev.framepack.kernels.emulator.exec.Slot;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.matrix.Wgmma;
import dev.framepack.kernels.emulator.matrix.WgmmaOperand;
import dev.framepack.kernels.emulator.memory.AccessFault;
import dev.framepack.kernels.emulator.memory.Bytes;
import dev.framepack.kernels.emulator.memory.SharedMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The warpgroup products of one warp. A product is computed when it is waited for; until then its
 * accumulators hold no value.
 */
final class WgmmaQueue {
  private static final int SHARED_BASE = Cta.SHARED_BASE;

  private static final class Pending {
    final WgmmaProduct product;
    final @Nullable WgmmaOperand a;
    final WgmmaOperand b;
    final boolean accumulates;
    final int group;
    boolean done;

    Pending(
        WgmmaProduct product,
        @Nullable WgmmaOperand a,
        WgmmaOperand b,
        boolean accumulates,
        int group) {
      this.product = product;
      this.a = a;
      this.b = b;
      this.accumulates = accumulates;
      this.group = group;
    }
  }

  private final AsyncState state;
  private final Warp warp;
  private final WarpgroupLog log;
  private final List<Pending> pending = new ArrayList<>();
  private final Map<Integer, Integer> uses = new HashMap<>();
  private int open;
  private boolean fenced;

  WgmmaQueue(AsyncState state, Warp warp, WarpgroupLog log) {
    this.state = state;
    this.warp = warp;
    this.log = log;
  }

  /** wgmma.fence: registers written so far may be used. */
  void fence() {
    fenced = true;
  }

  void issue(WgmmaProduct product, long aDescriptor, long bDescriptor, boolean accumulates) {
    log.issue(warp, product.index(), product.line(), aDescriptor, bDescriptor);
    if (!fenced) {
      throw new AccessFault(
          EmulationException.Kind.ASYNC,
          "no wgmma.fence since the kernel began or last waited; it orders the registers' writes");
    }
    for (Slot slot : product.accumulators()) {
      boolean busy = uses.merge(slot.id(), 1, Integer::sum) > 1;
      if (accumulates && !busy) {
        warp.requireInit(-1, slot.id());
      }
      warp.init[slot.id()] = 0;
    }
    WgmmaOperand a =
        product.aRegisters() == null
            ? WgmmaOperand.decode(aDescriptor, product.transposesA())
            : null;
    WgmmaOperand b = WgmmaOperand.decode(bDescriptor, product.transposesB());
    Pending one = new Pending(product, a, b, accumulates, open);
    pending.add(one);
    if (state.completesAtOnce()) {
      pending.forEach(this::perform);
    }
  }

  void commit() {
    open++;
  }

  /** Computes all but the latest {@code left} groups and gives their accumulators back. */
  void waitGroups(int left) {
    for (Iterator<Pending> products = pending.iterator(); products.hasNext(); ) {
      Pending one = products.next();
      if (one.group >= open - left) {
        break;
      }
      perform(one);
      for (Slot slot : one.product.accumulators()) {
        if (warp.init[slot.id()] != 0) {
          throw new AccessFault(
              EmulationException.Kind.ASYNC,
              "an accumulator of the product of line %s was written while it was under way"
                  .formatted(one.product.line()));
        }
      }
      products.remove();
      for (Slot slot : one.product.accumulators()) {
        if (uses.merge(slot.id(), -1, Integer::sum) == 0) {
          uses.remove(slot.id());
        }
      }
    }
    if (pending.isEmpty()) {
      fenced = false;
    }
    released.forEach(slot -> {
      if (!uses.containsKey(slot.id())) {
        warp.define(slot, -1);
      }
    });
    released.removeIf(slot -> !uses.containsKey(slot.id()));
  }

  /** Accumulators whose products were computed and which no later one may still use. */
  private final List<Slot> released = new ArrayList<>();

  private void perform(Pending one) {
    if (one.done) {
      return;
    }
    one.done = true;
    WgmmaProduct product = one.product;
    Wgmma wgmma = product.scratch();
    if (one.accumulates) {
      wgmma.loadAccumulators(warp.r, product.accumulatorBases());
    } else {
      wgmma.clear();
    }
    int[] registers = product.aRegisters();
    if (registers != null) {
      wgmma.setA(warp.r, registers, product.negatesA());
    } else if (one.a != null) {
      readA(wgmma, one.a, product.negatesA());
    }
    readB(wgmma, one.b, product.n(), product.negatesB());
    wgmma.multiply();
    wgmma.storeAccumulators(warp.r, product.accumulatorBases());
    for (Slot slot : product.accumulators()) {
      released.add(slot);
    }
  }

  private void readA(Wgmma wgmma, WgmmaOperand a, boolean negate) {
    int first = Wgmma.ROWS * (warp.index % 4);
    if (a.mnMajor()) {
      for (int k = 0; k < Wgmma.K; k++) {
        for (int row = 0; row < Wgmma.ROWS; row += 8) {
          int from = chunk(a.address(first + row, k));
          for (int i = 0; i < 8; i++) {
            wgmma.setA(row + i, k, halfWord(from, i), negate);
          }
        }
      }
      return;
    }
    for (int row = 0; row < Wgmma.ROWS; row++) {
      for (int k = 0; k < Wgmma.K; k += 8) {
        int from = chunk(a.address(first + row, k));
        for (int i = 0; i < 8; i++) {
          wgmma.setA(row, k + i, halfWord(from, i), negate);
        }
      }
    }
  }

  private void readB(Wgmma wgmma, WgmmaOperand b, int n, boolean negate) {
    if (b.mnMajor()) {
      for (int k = 0; k < Wgmma.K; k++) {
        for (int column = 0; column < n; column += 8) {
          int from = chunk(b.address(column, k));
          for (int i = 0; i < 8; i++) {
            wgmma.setB(k, column + i, halfWord(from, i), negate);
          }
        }
      }
      return;
    }
    for (int column = 0; column < n; column++) {
      for (int k = 0; k < Wgmma.K; k += 8) {
        int from = chunk(b.address(column, k));
        for (int i = 0; i < 8; i++) {
          wgmma.setB(k + i, column, halfWord(from, i), negate);
        }
      }
    }
  }

  /** Checks a read of 16 bytes by the asynchronous proxy; returns their offset. */
  private int chunk(int address) {
    SharedMemory shared = warp.cta.shared();
    int offset = address - SHARED_BASE;
    shared.read(warp.index, offset, 16);
    state.fences().read(offset, 16);
    return offset;
  }

  private int halfWord(int offset, int i) {
    return Bytes.getShort(warp.cta.shared().data(), offset + 2 * i);
  }
}
