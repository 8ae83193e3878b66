package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.GemmTile.A_BLOCK;
import static dev.framepack.kernels.cpu.vector.GemmTile.COLUMNS;
import static dev.framepack.kernels.cpu.vector.GemmTile.K_BLOCK;
import static dev.framepack.kernels.cpu.vector.GemmTile.PANEL_ROW_BYTES;
import static dev.framepack.kernels.cpu.vector.GemmTile.ROWS;
import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * {@code y = epilogue(x W^T + b)} as a blocked matrix product (Goto and van de Geijn, "Anatomy of
 * high-performance matrix multiplication"). W lies in panels, packed once when it is a constant; a
 * task packs its rows of x and runs down every panel while those rows stay in the cache; bias,
 * activation and residual are applied to each tile while it is hot.
 */
final class LinearKernel implements Runnable {
  /** Products of at most this many rows go to {@link MatrixVectorKernel}. */
  static final int SMALL_ROWS = 8;

  private static final int MAX_ROW_TILES_PER_TASK = 8;
  private static final int WANTED_TASKS = 16;

  /** Each thread's array: sums of a tile, products of one more block, blocks of A. */
  private static final int TILE = ROWS * COLUMNS;

  private static final int A_FROM = 2 * TILE;

  /** Less arithmetic than this is not worth waking a second thread. */
  private static final long MULTIPLIES_PER_TASK = 1 << 16;

  private final KernelContext context;
  private final Tensor weight;
  private final MemorySegment x;
  private final MemorySegment panels;
  private final LinearEpilogue epilogue;
  private final int rows; // M
  private final int columns; // N
  private final int depth; // K
  private final int kBlocks;
  private final int rowTilesPerTask;
  private final int panelsPerTask;
  private final int columnTasks;
  private final int tasks;
  private final ParallelFor.Tile task = this::task;
  private final ParallelFor.Tile packing;

  private LinearKernel(OpCall call, KernelContext context, int rows) {
    this.context = context;
    weight = call.input(1);
    x = call.input(0).hostSegment();
    this.rows = rows;
    columns = weight.shape().size(0);
    depth = weight.shape().size(1);
    kBlocks = Math.ceilDiv(depth, K_BLOCK);
    epilogue = new LinearEpilogue(call);

    int rowTiles = Math.ceilDiv(rows, ROWS);
    rowTilesPerTask = Math.clamp(rowTiles / WANTED_TASKS, 1, MAX_ROW_TILES_PER_TASK);
    int rowTasks = Math.ceilDiv(rowTiles, rowTilesPerTask);
    int panelCount = Packing.panels(columns);
    long worthwhile = Math.max(1, (long) rows * columns * depth / MULTIPLIES_PER_TASK);
    long wanted = Math.clamp(Math.ceilDiv(WANTED_TASKS, rowTasks), 1, worthwhile);
    panelsPerTask = Math.ceilDiv(panelCount, (int) Math.min(wanted, panelCount));
    columnTasks = Math.ceilDiv(panelCount, panelsPerTask);
    tasks = rowTasks * columnTasks;
    context.workspace().reserve(LinearEpilogue.stageBytes(COLUMNS), 0);
    context.workspace().reserveFloats(A_FROM + rowTilesPerTask * kBlocks * A_BLOCK);

    panels =
        weight.isConstant()
            ? context.workspace().packed(weight, "panels", constant -> packAll())
            : Workspace.allocate(panelCount * Packing.panelBytes(depth));
    packing = packing(weight.hostSegment(), panels);
  }

  static Runnable bind(OpCall call, KernelContext context) {
    long rows = call.output().shape().elementCount() / Math.max(1, call.input(1).shape().dim(0));
    return rows <= SMALL_ROWS
        ? new MatrixVectorKernel(call, context, (int) rows)
        : new LinearKernel(call, context, Math.toIntExact(rows));
  }

  private MemorySegment packAll() {
    MemorySegment packed = Workspace.allocate(Packing.panels(columns) * Packing.panelBytes(depth));
    for (int panel = 0; panel < Packing.panels(columns); panel++) {
      packPanel(weight.hostSegment(), panel, packed);
    }
    return packed;
  }

  private ParallelFor.Tile packing(MemorySegment from, MemorySegment to) {
    return (panel, worker) -> packPanel(from, panel, to);
  }

  private void packPanel(MemorySegment from, int panel, MemorySegment to) {
    long stride = 4L * depth;
    Packing.transposedPanel(
        from,
        panel * COLUMNS * stride,
        stride,
        Math.min(COLUMNS, columns - panel * COLUMNS),
        depth,
        to,
        panel * Packing.panelBytes(depth));
  }

  @Override
  public void run() {
    if (!weight.isConstant()) {
      context.parallel().run(Packing.panels(columns), packing);
    }
    context.parallel().run(tasks, task);
  }

  private void task(int index, int worker) {
    MemorySegment stage = context.workspace().scratch(worker);
    float[] floats = context.workspace().floats(worker);
    int firstRow = index / columnTasks * rowTilesPerTask * ROWS;
    int endRow = Math.min(rows, firstRow + rowTilesPerTask * ROWS);
    packRows(firstRow, endRow, floats);
    int firstPanel = index % columnTasks * panelsPerTask;
    int endPanel = Math.min(Packing.panels(columns), firstPanel + panelsPerTask);
    for (int panel = firstPanel; panel < endPanel; panel++) {
      for (int row = firstRow, tile = 0; row < endRow; row += ROWS, tile++) {
        tile(row, Math.min(ROWS, endRow - row), tile, panel, floats, stage);
      }
    }
  }

  /** Blocks of A, [row tile][k block]. */
  private void packRows(int firstRow, int endRow, float[] floats) {
    int to = A_FROM;
    for (int row = firstRow; row < endRow; row += ROWS) {
      int count = Math.min(ROWS, endRow - row);
      for (int k = 0; k < depth; k += K_BLOCK) {
        long offset = 4L * ((long) row * depth + k);
        Packing.rows(x, offset, 4L * depth, count, Math.min(K_BLOCK, depth - k), 1f, floats, to);
        to += A_BLOCK;
      }
    }
  }

  private void tile(int row, int count, int tile, int panel, float[] floats, MemorySegment stage) {
    int a = A_FROM + tile * kBlocks * A_BLOCK;
    long b = panel * Packing.panelBytes(depth);
    int firstBlock = Math.min(K_BLOCK, depth);
    GemmTile.multiply(floats, a, panels, b, floats, 0, COLUMNS, count, firstBlock);
    for (int k = K_BLOCK; k < depth; k += K_BLOCK) {
      a += A_BLOCK;
      b += K_BLOCK * PANEL_ROW_BYTES;
      int block = Math.min(K_BLOCK, depth - k);
      GemmTile.multiply(floats, a, panels, b, floats, TILE, COLUMNS, count, block);
      accumulate(floats, count * COLUMNS);
    }
    int column = panel * COLUMNS;
    int width = Math.min(COLUMNS, columns - column);
    epilogue.write(floats, COLUMNS, stage, row, count, column, width);
  }

  /** Adds the products of a further block to the sums. */
  private static void accumulate(float[] floats, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, floats, i);
      sum.add(FloatVector.fromArray(SPECIES, floats, TILE + i)).intoArray(floats, i);
    }
  }
}
