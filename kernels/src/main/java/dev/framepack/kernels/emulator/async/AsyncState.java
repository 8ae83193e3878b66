package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.emulator.exec.Asynchronous;
import dev.framepack.kernels.emulator.exec.Cta;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.memory.AccessFault;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Asynchronous operations of one block that are under way, and its mbarriers. */
final class AsyncState implements Asynchronous {
  /** A bulk load under way: what happens when its bytes arrive. */
  record Load(int line, Runnable arrive) {}

  private final Cta cta;
  private final CopyQueue[] copies;
  private final WgmmaQueue[] products;
  private final StoreQueue[] stores;
  private final Deque<Load> loads = new ArrayDeque<>();
  private final Map<Integer, Mbarrier> mbarriers = new HashMap<>();

  /** Offsets of mbarriers initialised but not fenced, and the warp that did it. */
  private final Map<Integer, Integer> unannounced = new HashMap<>();

  private final SplittableRandom random;
  private final boolean checks;
  private final ProxyFences fences;
  private final WarpgroupLog[] warpgroups;
  private @Nullable ClusterBarrier clusterBarrier;

  /** Per 4 bytes of shared memory, how many operations under way will write there. */
  private final byte[] incoming;

  private AsyncState(Cta cta) {
    this.cta = cta;
    EmulatorOptions options = cta.launch().options();
    this.checks = options.checks();
    this.random = new SplittableRandom(options.seed() ^ 31 * cta.linearIndex());
    this.incoming = new byte[(cta.shared().byteSize() >> 2) + 1];
    Warp[] warps = cta.warps();
    this.copies = new CopyQueue[warps.length];
    Arrays.setAll(copies, w -> new CopyQueue(this, warps[w]));
    this.fences = new ProxyFences(cta);
    this.stores = new StoreQueue[warps.length];
    Arrays.setAll(stores, w -> new StoreQueue(this, warps[w]));
    this.warpgroups = new WarpgroupLog[(warps.length + 3) / 4];
    Arrays.setAll(warpgroups, g -> new WarpgroupLog(Math.min(4, warps.length - 4 * g)));
    this.products = new WgmmaQueue[warps.length];
    Arrays.setAll(products, w -> new WgmmaQueue(this, warps[w], warpgroups[w / 4]));
  }

  /** The state of a warp's block. */
  static AsyncState of(Warp warp) {
    return of(warp.cta);
  }

  static AsyncState of(Cta cta) {
    return cta.asynchronous(AsyncState.class, AsyncState::new);
  }

  CopyQueue copies(Warp warp) {
    return copies[warp.index];
  }

  WgmmaQueue products(Warp warp) {
    return products[warp.index];
  }

  StoreQueue stores(Warp warp) {
    return stores[warp.index];
  }

  ProxyFences fences() {
    return fences;
  }

  /** The cluster's barrier, kept by its first block. */
  ClusterBarrier clusterBarrier() {
    AsyncState first = of(cta.cluster()[0]);
    ClusterBarrier barrier = first.clusterBarrier;
    if (barrier == null) {
      barrier = new ClusterBarrier(cta.cluster());
      first.clusterBarrier = barrier;
    }
    return barrier;
  }

  /** Whether an operation takes effect when it is issued instead of when it is waited for. */
  boolean completesAtOnce() {
    return switch (cta.launch().options().completion()) {
      case EARLIEST -> true;
      case LATEST -> false;
      case RANDOM -> random.nextBoolean();
    };
  }

  /** In random mode a wait that could go on may still be told to try again. */
  boolean hesitates() {
    return cta.launch().options().completion() == EmulatorOptions.Completion.RANDOM
        && random.nextInt(4) == 0;
  }

  /** The mbarrier at an offset of shared memory; an error when there is none. */
  Mbarrier mbarrier(int offset) {
    Mbarrier barrier = mbarriers.get(offset);
    if (barrier == null) {
      throw new AccessFault(
          EmulationException.Kind.ASYNC,
          String.format(
              Locale.ROOT,
              "no mbarrier at shared byte %,d; initialise it with mbarrier.init",
              offset));
    }
    if (checks && cta.shared().holdsAny(offset, Long.BYTES)) {
      throw new AccessFault(
          EmulationException.Kind.ASYNC,
          String.format(
              Locale.ROOT,
              "the mbarrier at shared byte %,d was overwritten by an ordinary store",
              offset));
    }
    return barrier;
  }

  void initialise(Warp warp, int offset, int count, int line) {
    if (mbarriers.containsKey(offset)) {
      throw new AccessFault(
          EmulationException.Kind.ASYNC,
          String.format(
              Locale.ROOT,
              "initialises the mbarrier at shared byte %,d again; mbarrier.inval it first",
              offset));
    }
    cta.shared().write(warp.index, offset, Long.BYTES);
    cta.shared().forget(offset, Long.BYTES);
    mbarriers.put(offset, new Mbarrier(count, cta.warps().length, line));
    unannounced.put(offset, warp.index);
  }

  /** A warp's fence makes the mbarriers it initialised known to the asynchronous proxy. */
  void announce(Warp warp) {
    unannounced.values().removeIf(initialiser -> initialiser == warp.index);
  }

  /** The mbarrier that a bulk copy reports to. */
  Mbarrier announced(int offset) {
    Mbarrier barrier = mbarrier(offset);
    if (unannounced.containsKey(offset)) {
      throw new AccessFault(
          EmulationException.Kind.ASYNC,
          String.format(
                  Locale.ROOT,
                  "a bulk copy reports to the mbarrier at shared byte %,d, initialised without a fence after",
                  offset)
              + " it; add fence.mbarrier_init.release.cluster");
    }
    return barrier;
  }

  void invalidate(int offset) {
    mbarrier(offset);
    mbarriers.remove(offset);
    unannounced.remove(offset);
  }

  /** Takes a load whose target has been announced by {@link #beginWrite}. */
  void issue(Load load) {
    if (completesAtOnce()) {
      load.arrive.run();
    } else {
      loads.add(load);
    }
  }

  @Override
  public boolean advance() {
    if (loads.isEmpty()) {
      for (CopyQueue queue : copies) {
        if (queue.advance()) {
          return true;
        }
      }
      return false;
    }
    for (int skip = random.nextInt(loads.size()); skip > 0; skip--) {
      loads.add(loads.remove());
    }
    loads.remove().arrive.run();
    return true;
  }

  @Override
  public void finish() {
    Load open = loads.peek();
    if (open != null) {
      throw new AccessFault(
          EmulationException.Kind.ASYNC,
          "the block ends while the bulk load of line %s is under way; wait for its mbarrier"
              .formatted(open.line));
    }
    for (StoreQueue queue : stores) {
      queue.finish();
    }
    for (WarpgroupLog log : warpgroups) {
      log.finish();
    }
  }

  /**
   * A warp begins an operation that will write these bytes of shared memory: it must be ordered
   * behind all who touched them, and from now on they hold no value.
   */
  void beginWrite(Warp warp, int offset, int bytes) {
    if (warp.cta == cta) {
      cta.shared().write(warp.index, offset, bytes);
    }
    if (!checks) {
      return;
    }
    for (int g = offset >> 2; g <= (offset + bytes - 1) >> 2; g++) {
      if (incoming[g] != 0) {
        throw new AccessFault(
            EmulationException.Kind.RACE,
            String.format(
                Locale.ROOT,
                "copies to shared byte %,d, the target of a copy still under way; wait for that one",
                4 * g));
      }
      incoming[g] = 1;
    }
    cta.shared().forget(offset, bytes);
  }

  /** The operation's bytes arrive: nobody may have stored there meanwhile. */
  void endWrite(int offset, int bytes) {
    if (!checks) {
      return;
    }
    for (int g = offset >> 2; g <= (offset + bytes - 1) >> 2; g++) {
      incoming[g] = 0;
    }
    if (cta.shared().holdsAny(offset, bytes)) {
      throw new AccessFault(
          EmulationException.Kind.RACE,
          String.format(
              Locale.ROOT,
              "a copy to shared bytes %,d to %,d arrives where something was stored while it was under way",
              offset,
              offset + bytes - 1));
    }
  }
}
