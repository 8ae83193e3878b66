package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.FLOAT;
import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.UpsampleConv3d;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * The convolution of an enlarged tensor, computed phase by phase on the source (see {@link
 * UpsamplePhases}) with the panels and tiles of {@link CausalConv3dKernel}. The column phases of a
 * row are woven together when the tile is written.
 */
final class UpsampleConv3dKernel implements Runnable, ParallelFor.Tile {
  private static final int TILE_POSITIONS = ConvTile.WIDE * LANES;

  private final UpsamplePhases phases;
  private final ConvGeometry g; // of the source, padded for every phase
  private final ConvPanel panel;
  private final KernelContext context;
  private final Tensor weight;
  private final MemorySegment x;
  private final MemorySegment bias;
  private final MemorySegment y;
  private final float[][] weights; // [phase]
  private final int[][][] tapsOfWorker; // [worker][phase]
  private final UpsamplePhases.Axis[] time; // [phase], as are rows and columns
  private final UpsamplePhases.Axis[] rowTaps;
  private final UpsamplePhases.Axis[] columnTaps;
  private final int outFrames;
  private final int scaleT;
  private final int scale;
  private final int rows;
  private final int bands;
  private final int chunkFrames;
  private final int chunks;
  private final int outBlocks;

  UpsampleConv3dKernel(UpsampleConv3d op, OpCall call, KernelContext context) {
    this.weight = call.input(1);
    this.phases = new UpsamplePhases(op, weight.shape());
    this.g = sourceGeometry(op, call);
    this.context = context;
    this.x = call.input(0).hostSegment();
    this.bias = call.input(2).hostSegment();
    this.y = call.output().hostSegment();
    this.outFrames = call.output().shape().size(2);
    this.scaleT = op.scaleT();
    this.scale = op.scaleHw();
    this.rows = ConvPanel.bandRows(g);
    this.bands = Math.ceilDiv(g.outHeight(), rows);
    this.chunkFrames = ConvPanel.chunkFrames(outFrames, bands);
    this.chunks = Math.ceilDiv(outFrames, chunkFrames);
    this.panel = new ConvPanel(g, rows);
    this.outBlocks = ConvWeights.outBlocks(g.outChannels());
    this.weights = new float[phases.count()][];
    this.tapsOfWorker = new int[context.parallel().threads()][phases.count()][];
    this.time = new UpsamplePhases.Axis[weights.length];
    this.rowTaps = new UpsamplePhases.Axis[weights.length];
    this.columnTaps = new UpsamplePhases.Axis[weights.length];
    for (int phase = 0; phase < weights.length; phase++) {
      weights[phase] = weights(phase);
      time[phase] = phases.timeOf(phase);
      rowTaps[phase] = phases.rowsOf(phase);
      columnTaps[phase] = phases.columnsOf(phase);
      for (int[][] taps : tapsOfWorker) {
        taps[phase] = new int[phases.taps(phase)];
      }
    }
    context.workspace().reserveFloats(wovenAt() + scale * TILE_POSITIONS);
  }

  /** The source as a convolution sees it whose kernel covers what all phases see. */
  private static ConvGeometry sourceGeometry(UpsampleConv3d op, OpCall call) {
    Shape x = call.input(0).shape(); // [B, C, T, H, W]
    Shape w = call.input(1).shape(); // [O, C, kt, kh, kw]
    return new ConvGeometry(
        x.size(0),
        x.size(1),
        x.size(2),
        x.size(3),
        x.size(4),
        w.size(0),
        x.size(2),
        x.size(3),
        x.size(4),
        w.size(2),
        2 * UpsamplePhases.radius(w.size(3), op.scaleHw()) + 1,
        2 * UpsamplePhases.radius(w.size(4), op.scaleHw()) + 1,
        1,
        1);
  }

  private float[] weights(int phase) {
    if (!weight.isConstant()) {
      return new float[phases.packedFloats(phase)];
    }
    String layout = "upsample %s %s phase %s".formatted(scaleT, scale, phase);
    MemorySegment packed =
        context.workspace().packed(weight, layout, tensor -> phases.packed(tensor, phase));
    return (float[]) packed.heapBase().orElseThrow();
  }

  private int sumsAt(int column) {
    return panel.floats() + column * outBlocks * ConvTile.SUMS;
  }

  private int wovenAt() {
    return sumsAt(scale);
  }

  @Override
  public void run() {
    if (!weight.isConstant()) {
      for (int phase = 0; phase < weights.length; phase++) {
        phases.pack(weight, phase, weights[phase]);
      }
    }
    context.parallel().run(g.batch() * bands * chunks, this);
  }

  @Override
  public void run(int item, int worker) {
    int batch = item / (bands * chunks);
    int firstRow = item / chunks % bands * rows;
    int positions = Math.min(rows, g.outHeight() - firstRow) * g.outWidth();
    int from = item % chunks * chunkFrames;
    int to = Math.min(from + chunkFrames, outFrames);
    float[] scratch = context.workspace().floats(worker);
    int filled = 0;
    for (int frame = from; frame < to; frame++) {
      UpsamplePhases.Axis seen = time[frame % scaleT * scale * scale];
      int first = frame / scaleT + seen.first();
      int last = Math.max(0, first + seen.count() - 1);
      for (filled = Math.max(filled, first); filled <= last; filled++) {
        panel.fill(x, batch, filled, firstRow, scratch);
      }
      findTaps(frame, first, tapsOfWorker[worker]);
      for (int p = 0; p < positions; p += TILE_POSITIONS) {
        int count = Math.min(TILE_POSITIONS, positions - p);
        tile(scratch, batch, frame, firstRow, p, count, tapsOfWorker[worker]);
      }
    }
  }

  /** Where the taps of the frame's phases lie in the panel. */
  private void findTaps(int frame, int first, int[][] taps) {
    int phase = frame % scaleT * scale * scale;
    for (int end = phase + scale * scale; phase < end; phase++) {
      int at = 0;
      for (int t = 0; t < time[phase].count(); t++) {
        for (int h = 0; h < rowTaps[phase].count(); h++) {
          for (int w = 0; w < columnTaps[phase].count(); w++) {
            taps[phase][at++] =
                panel.tap(
                    first + t,
                    rowTaps[phase].first() + h + g.kernelH() / 2,
                    columnTaps[phase].first() + w + g.kernelW() / 2);
          }
        }
      }
    }
  }

  private void tile(
      float[] scratch, int batch, int frame, int firstRow, int position, int count, int[][] taps) {
    int phase = frame % scaleT * scale * scale;
    for (int row = 0; row < scale; row++) {
      for (int column = 0; column < scale; column++, phase++) {
        ConvTile.sums(
            scratch,
            position,
            Math.ceilDiv(count, LANES),
            g.inChannels(),
            panel.channelFloats(),
            taps[phase],
            weights[phase],
            outBlocks,
            sumsAt(column));
      }
      for (int o = 0; o < g.outChannels(); o++) {
        weave(scratch, o, count);
        long plane = ((long) batch * g.outChannels() + o) * outFrames + frame;
        long base = plane * g.outPlane() * scale * scale;
        write(scratch, base, firstRow, position, row, count);
      }
    }
  }

  /** Brings one channel's column phases into the order of the output, bias added. */
  private void weave(float[] scratch, int o, int count) {
    float b = bias.getAtIndex(FLOAT, o);
    int woven = wovenAt();
    for (int column = 0; column < scale; column++) {
      int sums = sumsAt(column) + o * TILE_POSITIONS;
      for (int i = 0; i < count; i++) {
        scratch[woven + i * scale + column] = scratch[sums + i] + b;
      }
    }
  }

  /** Writes one output row phase of a tile, which may begin and end inside rows of the source. */
  private void write(
      float[] scratch, long base, int firstRow, int position, int rowPhase, int count) {
    int width = g.outWidth();
    int done = 0;
    while (done < count) {
      int row = (position + done) / width;
      int column = (position + done) % width;
      int run = Math.min(width - column, count - done);
      long to =
          base + ((long) (firstRow + row) * scale + rowPhase) * width * scale + column * scale;
      MemorySegment.copy(
          scratch, wovenAt() + done * scale, y, FLOAT, to * Float.BYTES, run * scale);
      done += run;
    }
  }
}
