package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.FLOAT;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Attention;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a query sees, as what the kernel needs: a limit per query, beyond which every key is
 * closed, and one row of open keys per batch entry for the padding masks.
 */
final class AttentionMask {
  private final Attention op;
  private final int batch;
  private final int keys;
  private final @Nullable MemorySegment keyMask; // [B, Nk]
  private final @Nullable MemorySegment open; // [B, Nk], 1 open, 0 closed

  AttentionMask(Attention op, OpCall call) {
    this.op = op;
    batch = call.input(1).shape().size(0);
    keys = call.input(1).shape().size(1);
    keyMask = op.hasKeyMask() ? call.input(3).hostSegment() : null;
    open = op.hasKeyMask() ? Workspace.allocate(4L * batch * keys) : null;
  }

  /** Reads the key mask of this run. */
  void prepare() {
    if (keyMask == null || open == null) {
      return;
    }
    for (int b = 0; b < batch; b++) {
      for (int key = 0; key < keys; key++) {
        open.set(FLOAT, openOffset(b, key), real(keyMask, b, key) || first(key) ? 1f : 0f);
      }
    }
  }

  private boolean first(int key) {
    return op.mask() == Attention.Mask.PAIRWISE_PADDING && key == 0;
  }

  private boolean real(MemorySegment mask, int b, int key) {
    return mask.get(FLOAT, openOffset(b, key)) != 0;
  }

  /** Keys from 0 that the query may see. */
  int limit(int b, int query) {
    return switch (op.mask()) {
      case NONE, KEY_PADDING -> keys;
      case CAUSAL -> query + 1;
      case FRAME_CAUSAL -> (query / op.tokensPerFrame() + 1) * op.tokensPerFrame();
      case PAIRWISE_PADDING -> keyMask == null || real(keyMask, b, query) ? keys : 1;
    };
  }

  /** Open keys of every batch entry, 1 or 0, or null when only the limit counts. */
  @Nullable MemorySegment open() {
    return open;
  }

  long openOffset(int b, int key) {
    return 4L * ((long) b * keys + key);
  }
}
