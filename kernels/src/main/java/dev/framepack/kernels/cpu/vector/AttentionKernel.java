package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.GemmTile.A_BLOCK;
import static dev.framepack.kernels.cpu.vector.GemmTile.A_STRIDE;
import static dev.framepack.kernels.cpu.vector.GemmTile.COLUMNS;
import static dev.framepack.kernels.cpu.vector.GemmTile.K_BLOCK;
import static dev.framepack.kernels.cpu.vector.GemmTile.PANEL_ROW_BYTES;
import static dev.framepack.kernels.cpu.vector.GemmTile.ROWS;
import static dev.framepack.kernels.cpu.vector.VectorSupport.FLOAT;
import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.store;
import static dev.framepack.kernels.cpu.vector.VectorSupport.storeTail;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Attention in blocks of keys with a running maximum and sum (Dao et al., "FlashAttention",
 * algorithm 1), so scores of one tile of queries are all that is ever held. Both products run on
 * {@link GemmTile}: K is packed transposed and V as it is, once per call and key head.
 */
final class AttentionKernel implements Runnable {
  private static final int MAX_ROW_TILES_PER_TASK = 4;
  private static final int WANTED_TASKS = 32;
  private static final int PANELS_PER_PACKING_TASK = 4;

  /** Each thread's array: queries, scores, products, running values, then sums of values. */
  private static final int SCORES = A_BLOCK;

  private static final int PRODUCTS = 2 * A_BLOCK;
  private static final int MAXIMA = PRODUCTS + ROWS * COLUMNS;
  private static final int CORRECTIONS = MAXIMA + ROWS;
  private static final int SUMS = CORRECTIONS + ROWS;
  private static final int OUTPUTS = SUMS + ROWS;

  private final KernelContext context;
  private final AttentionMask mask;
  private final float scale;
  private final MemorySegment q; // [B, Nq, heads, d]
  private final MemorySegment k; // [B, Nk, kvHeads, d]
  private final MemorySegment v;
  private final MemorySegment y;
  private final int queries;
  private final int keys;
  private final int heads;
  private final int keyHeads;
  private final int headDim;
  private final int keyPanels;
  private final int headDimPanels;
  private final long keyBytes; // packed K of one batch entry and key head
  private final long valueBytes;
  private final int packingTasksPerHead;
  private final int packingTasks;
  private final int rowTilesPerTask;
  private final int tasksPerHead;
  private final int tasks;
  private final ParallelFor.Tile packing = this::pack;
  private final ParallelFor.Tile attending = this::attend;

  AttentionKernel(Attention op, OpCall call, KernelContext context) {
    this.context = context;
    Shape query = call.input(0).shape();
    Shape key = call.input(1).shape();
    q = call.input(0).hostSegment();
    k = call.input(1).hostSegment();
    v = call.input(2).hostSegment();
    y = call.output().hostSegment();
    scale = op.scale();
    mask = new AttentionMask(op, call);
    int batch = query.size(0);
    queries = query.size(1);
    heads = query.size(2);
    headDim = query.size(3);
    keys = key.size(1);
    keyHeads = key.size(2);
    if (headDim > K_BLOCK) {
      throw new KernelException(
          "cpu-vector: head dimension must be at most " + K_BLOCK + ", found " + headDim);
    }
    keyPanels = Packing.panels(keys);
    headDimPanels = Packing.panels(headDim);
    keyBytes = keyPanels * Packing.panelBytes(headDim);
    valueBytes = headDimPanels * Packing.panelBytes(keys);
    packingTasksPerHead = Math.ceilDiv(keyPanels, PANELS_PER_PACKING_TASK);
    packingTasks = batch * keyHeads * packingTasksPerHead;
    int rowTiles = Math.ceilDiv(queries, ROWS);
    rowTilesPerTask =
        Math.clamp((long) batch * heads * rowTiles / WANTED_TASKS, 1, MAX_ROW_TILES_PER_TASK);
    tasksPerHead = Math.ceilDiv(rowTiles, rowTilesPerTask);
    tasks = batch * heads * tasksPerHead;
    context.workspace().reserve(0, batch * keyHeads * (keyBytes + valueBytes));
    context.workspace().reserveFloats(OUTPUTS + ROWS * headDimPanels * COLUMNS);
  }

  @Override
  public void run() {
    mask.prepare();
    context.parallel().run(packingTasks, packing);
    context.parallel().run(tasks, attending);
  }

  /** Packs some panels of keys, and the values of the same keys, of one key head. */
  private void pack(int task, int worker) {
    int head = task / packingTasksPerHead; // over batch and key heads
    long stride = 4L * keyHeads * headDim;
    long from = ((long) head / keyHeads * keys * keyHeads + head % keyHeads) * headDim * 4L;
    MemorySegment packed = context.workspace().shared();
    long keysTo = head * (keyBytes + valueBytes);
    long valuesTo = keysTo + keyBytes;
    int firstPanel = task % packingTasksPerHead * PANELS_PER_PACKING_TASK;
    int endPanel = Math.min(keyPanels, firstPanel + PANELS_PER_PACKING_TASK);
    for (int panel = firstPanel; panel < endPanel; panel++) {
      int key = panel * COLUMNS;
      int count = Math.min(COLUMNS, keys - key);
      long to = keysTo + panel * Packing.panelBytes(headDim);
      Packing.transposedPanel(k, from + key * stride, stride, count, headDim, packed, to);
    }
    int key = firstPanel * COLUMNS;
    int count = Math.min(keys, endPanel * COLUMNS) - key;
    for (int panel = 0; panel < headDimPanels; panel++) {
      int column = panel * COLUMNS;
      long to = valuesTo + panel * Packing.panelBytes(keys) + key * PANEL_ROW_BYTES;
      int width = Math.min(COLUMNS, headDim - column);
      Packing.panel(v, from + key * stride + 4L * column, stride, width, count, packed, to);
      clearClosed(head / keyHeads, key, count, packed, to);
    }
  }

  /** Values of closed keys become zero: their weight is, but what they hold may not be finite. */
  private void clearClosed(int batch, int key, int count, MemorySegment packed, long to) {
    MemorySegment open = mask.open();
    for (int i = 0; open != null && i < count; i++) {
      if (open.get(FLOAT, mask.openOffset(batch, key + i)) == 0) {
        store(FloatVector.zero(SPECIES), packed, to + i * PANEL_ROW_BYTES);
        store(FloatVector.zero(SPECIES), packed, to + i * PANEL_ROW_BYTES + 4L * LANES);
      }
    }
  }

  private void attend(int task, int worker) {
    float[] floats = context.workspace().floats(worker);
    int head = task / tasksPerHead; // over batch and heads
    int first = task % tasksPerHead * rowTilesPerTask * ROWS;
    int end = Math.min(queries, first + rowTilesPerTask * ROWS);
    for (int query = first; query < end; query += ROWS) {
      attendTile(head / heads, head % heads, query, Math.min(ROWS, end - query), floats);
    }
  }

  /** One tile of queries of one head against every key it may see. */
  private void attendTile(int batch, int head, int query, int count, float[] floats) {
    int keyHead = batch * keyHeads + head / (heads / keyHeads);
    long keysFrom = keyHead * (keyBytes + valueBytes);
    long stride = 4L * heads * headDim;
    long offset = (((long) batch * queries + query) * heads + head) * headDim * 4L;
    Packing.rows(q, offset, stride, count, headDim, scale, floats, 0);
    Arrays.fill(floats, MAXIMA, MAXIMA + ROWS, Float.NEGATIVE_INFINITY);
    Arrays.fill(floats, SUMS, SUMS + ROWS, 0f);
    int limit = 0;
    for (int r = 0; r < count; r++) {
      limit = Math.max(limit, mask.limit(batch, query + r));
    }
    for (int key = 0; key < limit; key += K_BLOCK) {
      int block = Math.min(K_BLOCK, limit - key);
      scores(keysFrom, key, block, count, floats);
      for (int r = 0; r < count; r++) {
        softmax(batch, query + r, r, key, block, floats);
      }
      weightedValues(keysFrom + keyBytes, key, block, count, floats);
    }
    for (int r = 0; r < count; r++) {
      writeRow(
          floats, OUTPUTS + r * headDimPanels * COLUMNS, floats[SUMS + r], offset + r * stride);
    }
  }

  private void scores(long keysFrom, int key, int block, int count, float[] floats) {
    MemorySegment packed = context.workspace().shared();
    for (int column = 0; column < block; column += COLUMNS) {
      long b = keysFrom + (key + column) / COLUMNS * Packing.panelBytes(headDim);
      GemmTile.multiply(floats, 0, packed, b, floats, SCORES + column, A_STRIDE, count, headDim);
    }
  }

  /** Scores of one row to weights relative to the running maximum. */
  private void softmax(int batch, int query, int r, int key, int block, float[] floats) {
    int row = SCORES + r * A_STRIDE;
    int open = Math.clamp(mask.limit(batch, query) - key, 0, block);
    if (mask.open() != null) {
      SoftmaxRow.close(floats, row, open, mask.open(), mask.openOffset(batch, key));
    }
    int whole = Math.ceilDiv(open, LANES) * LANES;
    Arrays.fill(floats, row + open, row + whole, Float.NEGATIVE_INFINITY);
    float max = Math.max(floats[MAXIMA + r], SoftmaxRow.max(floats, row, whole));
    float finite = max == Float.NEGATIVE_INFINITY ? 0f : max;
    float sum = SoftmaxRow.exponentials(floats, row, whole, finite);
    Arrays.fill(floats, row + open, row + block, 0f);
    float correction = key == 0 ? 0f : (float) Math.exp(floats[MAXIMA + r] - finite);
    floats[CORRECTIONS + r] = correction;
    floats[MAXIMA + r] = max;
    floats[SUMS + r] = floats[SUMS + r] * correction + sum;
  }

  private void weightedValues(long valuesFrom, int key, int block, int count, float[] floats) {
    MemorySegment packed = context.workspace().shared();
    int stride = headDimPanels * COLUMNS;
    for (int panel = 0; panel < headDimPanels; panel++) {
      long b = valuesFrom + panel * Packing.panelBytes(keys) + key * PANEL_ROW_BYTES;
      int to = OUTPUTS + panel * COLUMNS;
      if (key == 0) {
        GemmTile.multiply(floats, SCORES, packed, b, floats, to, stride, count, block);
        continue;
      }
      GemmTile.multiply(floats, SCORES, packed, b, floats, PRODUCTS, COLUMNS, count, block);
      for (int r = 0; r < count; r++) {
        float correction = floats[CORRECTIONS + r];
        SoftmaxRow.rescaleAndAdd(
            floats, to + r * stride, correction, PRODUCTS + r * COLUMNS, COLUMNS);
      }
    }
  }

  /** A row without an open key has the sum zero and yields zeros. */
  private void writeRow(float[] floats, int from, float sum, long offset) {
    if (sum == 0) {
      y.asSlice(offset, 4L * headDim).fill((byte) 0);
      return;
    }
    float factor = 1 / sum;
    int i = 0;
    for (; i < SPECIES.loopBound(headDim); i += LANES) {
      store(FloatVector.fromArray(SPECIES, floats, from + i).mul(factor), y, offset + 4L * i);
    }
    if (i < headDim) {
      FloatVector tail = FloatVector.fromArray(SPECIES, floats, from + i).mul(factor);
      storeTail(tail, y, offset + 4L * i, headDim - i);
    }
  }
}
