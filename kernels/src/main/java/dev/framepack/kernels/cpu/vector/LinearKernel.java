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

  private static final int MAX_ROW_TILES_PER_TASK = 12;
  private static final int WANTED_ROW_TASKS = 12;
  private static final int WANTED_TASKS = 12;

  /** Sums of a task over several blocks of depth stay in the second cache. */
  private static final int MAX_SUMS = 1 << 17;

  /** In each thread's array: products of a tile, blocks of A, sums. */
  private static final int BLOCKS_FROM = ROWS * COLUMNS;

  /** Less arithmetic than this is not worth waking a second thread. */
  private static final long MULTIPLIES_PER_TASK = 1 << 16;

  private final KernelContext context;
  private final Tensor weight;
  private final MemorySegment x;
  private final LinearEpilogue epilogue;
  private final int rows; // M
  private final int columns; // N
  private final int depth; // K
  private final int sumsFrom; // in each thread's array
  private final int panelStep; // between the sums of two panels
  private final int rowTilesPerTask;
  private final int panelsPerTask;
  private final int columnTasks;
  private final int tasks;
  private final ParallelFor.Tile task = this::task;
  private final ParallelFor.Tile packing = (panel, worker) -> packPanel(panel);

  /** A constant's own; scratch of this run for what changes, so that many share it. */
  private MemorySegment panels = MemorySegment.NULL;

  private LinearKernel(OpCall call, KernelContext context, int rows) {
    this.context = context;
    weight = call.input(1);
    x = call.input(0).hostSegment();
    this.rows = rows;
    columns = weight.shape().size(0);
    depth = weight.shape().size(1);
    epilogue = new LinearEpilogue(call);

    int rowTiles = Math.ceilDiv(rows, ROWS);
    rowTilesPerTask = Math.clamp(rowTiles / WANTED_ROW_TASKS, 1, MAX_ROW_TILES_PER_TASK);
    int rowTasks = Math.ceilDiv(rowTiles, rowTilesPerTask);
    int panelCount = Packing.panels(columns);
    int panelFloats = rowTilesPerTask * ROWS * COLUMNS;
    boolean oneBlock = depth <= K_BLOCK;
    long worthwhile = Math.max(1, (long) rows * columns * depth / MULTIPLIES_PER_TASK);
    long wanted = Math.clamp(Math.ceilDiv(WANTED_TASKS, rowTasks), 1, worthwhile);
    int wantedPanels = Math.ceilDiv(panelCount, (int) Math.min(wanted, panelCount));
    panelsPerTask = oneBlock ? wantedPanels : Math.clamp(MAX_SUMS / panelFloats, 1, wantedPanels);
    columnTasks = Math.ceilDiv(panelCount, panelsPerTask);
    tasks = rowTasks * columnTasks;
    sumsFrom = BLOCKS_FROM + rowTilesPerTask * A_BLOCK;
    panelStep = oneBlock ? 0 : panelFloats;
    context.workspace().reserveFloats(sumsFrom + (oneBlock ? 1 : panelsPerTask) * panelFloats);
    context.workspace().reserve(LinearEpilogue.stageBytes(rowTilesPerTask * ROWS, COLUMNS), 0);

    if (weight.isConstant()) {
      panels = context.workspace().packed(weight, "panels", constant -> packAll());
    } else {
      context.workspace().reserve(0, panelCount * Packing.panelBytes(depth));
    }
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

  private void packPanel(int panel) {
    packPanel(weight.hostSegment(), panel, panels);
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
      panels = context.workspace().shared();
      context.parallel().run(Packing.panels(columns), packing);
    }
    context.parallel().run(tasks, task);
  }

  private void task(int index, int worker) {
    MemorySegment stage = context.workspace().scratch(worker);
    float[] floats = context.workspace().floats(worker);
    int row = index / columnTasks * rowTilesPerTask * ROWS;
    int count = Math.min(rowTilesPerTask * ROWS, rows - row);
    int firstPanel = index % columnTasks * panelsPerTask;
    int endPanel = Math.min(Packing.panels(columns), firstPanel + panelsPerTask);
    for (int k = 0; k < depth; k += K_BLOCK) {
      packRows(row, count, k, floats);
      for (int panel = firstPanel; panel < endPanel; panel++) {
        int sums = sumsFrom + (panel - firstPanel) * panelStep;
        multiplyPanel(panel, count, k, floats, sums);
        if (k + K_BLOCK >= depth) {
          int column = panel * COLUMNS;
          int width = Math.min(COLUMNS, columns - column);
          epilogue.write(floats, sums, COLUMNS, stage, row, count, column, width);
        }
      }
    }
  }

  /** One block of A, a tile of rows after the other. */
  private void packRows(int firstRow, int count, int k, float[] floats) {
    int block = Math.min(K_BLOCK, depth - k);
    for (int row = 0; row < count; row += ROWS) {
      long offset = 4L * ((long) (firstRow + row) * depth + k);
      int to = BLOCKS_FROM + row / ROWS * A_BLOCK;
      Packing.rows(x, offset, 4L * depth, Math.min(ROWS, count - row), block, 1f, floats, to);
    }
  }

  /** All rows of a task times one block of a panel, which stays in the nearest cache meanwhile. */
  private void multiplyPanel(int panel, int count, int k, float[] floats, int sums) {
    long b = panel * Packing.panelBytes(depth) + k * PANEL_ROW_BYTES;
    int block = Math.min(K_BLOCK, depth - k);
    for (int row = 0; row < count; row += ROWS) {
      int a = BLOCKS_FROM + row / ROWS * A_BLOCK;
      int rowSums = sums + row * COLUMNS;
      int tileRows = Math.min(ROWS, count - row);
      if (k == 0) {
        GemmTile.multiply(floats, a, panels, b, floats, rowSums, COLUMNS, tileRows, block);
      } else {
        GemmTile.multiply(floats, a, panels, b, floats, 0, COLUMNS, tileRows, block);
        accumulate(floats, rowSums, tileRows * COLUMNS);
      }
    }
  }

  /** Adds the products of a further block, at the start of the array, to the sums. */
  private static void accumulate(float[] floats, int sums, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, floats, sums + i);
      sum.add(FloatVector.fromArray(SPECIES, floats, i)).intoArray(floats, sums + i);
    }
  }
}
