package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.GemmTile.A_TILE_BYTES;
import static dev.framepack.kernels.cpu.vector.GemmTile.COLUMNS;
import static dev.framepack.kernels.cpu.vector.GemmTile.K_BLOCK;
import static dev.framepack.kernels.cpu.vector.GemmTile.PANEL_ROW_BYTES;
import static dev.framepack.kernels.cpu.vector.GemmTile.ROWS;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

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
  private static final long STAGE_BYTES = LinearEpilogue.stageBytes(COLUMNS);

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
    context.workspace().reserve(STAGE_BYTES + rowTilesPerTask * kBlocks * A_TILE_BYTES, 0);

    panels =
        weight.isConstant()
            ? context.workspace().packed(weight, "panels", constant -> packAll())
            : Workspace.allocate(panelCount * Packing.panelBytes(depth));
    context.workspace().reserveFloats(ROWS * COLUMNS);
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
    MemorySegment scratch = context.workspace().scratch(worker);
    int firstRow = index / columnTasks * rowTilesPerTask * ROWS;
    int endRow = Math.min(rows, firstRow + rowTilesPerTask * ROWS);
    packRows(firstRow, endRow, scratch);
    int firstPanel = index % columnTasks * panelsPerTask;
    int endPanel = Math.min(Packing.panels(columns), firstPanel + panelsPerTask);
    for (int panel = firstPanel; panel < endPanel; panel++) {
      for (int row = firstRow, tile = 0; row < endRow; row += ROWS, tile++) {
        tile(row, Math.min(ROWS, endRow - row), tile, panel, worker);
      }
    }
  }

  /** Blocks of A behind the stage, [row tile][k block]. */
  private void packRows(int firstRow, int endRow, MemorySegment scratch) {
    long to = STAGE_BYTES;
    for (int row = firstRow; row < endRow; row += ROWS) {
      int count = Math.min(ROWS, endRow - row);
      for (int k = 0; k < depth; k += K_BLOCK) {
        Packing.rows(
            x,
            4L * ((long) row * depth + k),
            4L * depth,
            count,
            GemmTile.paddedRows(count),
            Math.min(K_BLOCK, depth - k),
            scratch,
            to);
        to += A_TILE_BYTES;
      }
    }
  }

  private void tile(int row, int count, int tile, int panel, int worker) {
    MemorySegment scratch = context.workspace().scratch(worker);
    float[] sums = context.workspace().floats(worker);
    long a = STAGE_BYTES + tile * kBlocks * A_TILE_BYTES;
    long b = panel * Packing.panelBytes(depth);
    GemmTile.multiply(scratch, a, panels, b, sums, count, Math.min(K_BLOCK, depth));
    for (int k = K_BLOCK; k < depth; k += K_BLOCK) {
      float[] products = context.workspace().products(worker);
      a += A_TILE_BYTES;
      b += K_BLOCK * PANEL_ROW_BYTES;
      GemmTile.multiply(scratch, a, panels, b, products, count, Math.min(K_BLOCK, depth - k));
      GemmTile.accumulate(products, sums);
    }
    int column = panel * COLUMNS;
    int width = Math.min(COLUMNS, columns - column);
    epilogue.write(sums, COLUMNS, scratch, row, count, column, width);
  }
}
