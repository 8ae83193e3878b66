package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.emulator.exec.Cta;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.memory.AccessFault;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Asynchronous operations of one block that are under way. */
final class AsyncState {
  private final Cta cta;
  private final CopyQueue[] copies;
  private final SplittableRandom random;
  private final boolean checks;

  /** Per 4 bytes of shared memory, how many operations under way will write there. */
  private final byte[] incoming;

  private AsyncState(Cta cta) {
    this.cta = cta;
    EmulatorOptions options = cta.launch().options();
    this.checks = options.checks();
    this.random = new SplittableRandom(options.seed() ^ 31 * cta.linearIndex());
    this.incoming = new byte[(cta.shared().byteSize() >> 2) + 1];
    this.copies = new CopyQueue[cta.warps().length];
    Arrays.setAll(copies, w -> new CopyQueue(this, cta.warps()[w]));
  }

  /** The state of a warp's block. */
  static AsyncState of(Warp warp) {
    return warp.cta.asynchronous(AsyncState.class, AsyncState::new);
  }

  CopyQueue copies(Warp warp) {
    return copies[warp.index];
  }

  /** Whether an operation takes effect when it is issued instead of when it is waited for. */
  boolean completesAtOnce() {
    return switch (cta.launch().options().completion()) {
      case EARLIEST -> true;
      case LATEST -> false;
      case RANDOM -> random.nextBoolean();
    };
  }

  /**
   * A warp begins an operation that will write these bytes of shared memory: it must be ordered
   * behind all who touched them, and from now on they hold no value.
   */
  void beginWrite(Warp warp, int offset, int bytes) {
    cta.shared().write(warp.index, offset, bytes);
    if (!checks) {
      return;
    }
    for (int g = offset >> 2; g <= (offset + bytes - 1) >> 2; g++) {
      if (incoming[g] != 0) {
        throw new AccessFault(
            EmulationException.Kind.RACE,
            "copies to shared byte %,d, the target of a copy still under way; wait for that one"
                .formatted(4 * g));
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
          "a copy to shared bytes %,d to %,d arrives where something was stored while it was under way"
              .formatted(offset, offset + bytes - 1));
    }
  }
}
