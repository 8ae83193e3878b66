package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.FLOAT;
import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.CausalConv3d;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Direct convolution. The output is cut into items of a band of rows and a run of frames; an item
 * keeps the padded rows of the frames in sight in its worker's scratch ({@link ConvPanel}) and
 * covers each frame of the band with tiles of positions times all output channels, input channels
 * in blocks so that a tile's input stays in the nearest cache while the weights stream by.
 */
final class CausalConv3dKernel implements Runnable, ParallelFor.Tile {
  private static final int TILE_POSITIONS = ConvTile.WIDE * LANES;

  private final ConvGeometry g;
  private final ConvPanel panel;
  private final KernelContext context;
  private final OpCall call;
  private final boolean residual;
  private final MemorySegment x;
  private final MemorySegment bias;
  private final MemorySegment addend;
  private final MemorySegment y;
  private final float[] weights;
  private final int[][] tapsOfWorker;
  private final int rows;
  private final int bands;
  private final int chunkFrames;
  private final int chunks;
  private final int outBlocks;

  CausalConv3dKernel(CausalConv3d op, OpCall call, KernelContext context) {
    this.g = ConvGeometry.of(op, call);
    this.call = call;
    this.context = context;
    this.residual = op.residual();
    this.x = call.input(0).hostSegment();
    this.bias = call.input(2).hostSegment();
    this.addend = residual ? call.input(3).hostSegment() : MemorySegment.NULL;
    this.y = call.output().hostSegment();
    this.weights =
        call.input(1).isConstant()
            ? (float[])
                context
                    .workspace()
                    .packed(call.input(1), "conv", ConvWeights::packed)
                    .heapBase()
                    .orElseThrow()
            : ConvWeights.allocate(call.input(1));
    this.rows = ConvPanel.bandRows(g);
    this.bands = Math.ceilDiv(g.outHeight(), rows);
    this.chunkFrames = ConvPanel.chunkFrames(g.outFrames(), bands);
    this.chunks = Math.ceilDiv(g.outFrames(), chunkFrames);
    this.panel = new ConvPanel(g, rows);
    this.tapsOfWorker = new int[context.parallel().threads()][g.taps()];
    this.outBlocks = ConvWeights.outBlocks(g.outChannels());
    context.workspace().reserveFloats(panel.floats() + outBlocks * ConvTile.SUMS);
  }

  @Override
  public void run() {
    if (!call.input(1).isConstant()) {
      ConvWeights.pack(call.input(1), weights);
    }
    context.parallel().run(g.batch() * bands * chunks, this);
  }

  @Override
  public void run(int item, int worker) {
    int batch = item / (bands * chunks);
    int band = item / chunks % bands;
    int firstRow = band * rows;
    int positions = Math.min(rows, g.outHeight() - firstRow) * g.outWidth();
    int from = item % chunks * chunkFrames;
    int to = Math.min(from + chunkFrames, g.outFrames());
    float[] scratch = context.workspace().floats(worker);
    int[] taps = tapsOfWorker[worker];
    int filled = Math.max(0, panel.firstFrame(from));
    for (int frame = from; frame < to; frame++) {
      int last = frame * g.strideT();
      for (filled = Math.max(filled, panel.firstFrame(frame)); filled <= last; filled++) {
        panel.fill(x, batch, filled, firstRow, scratch);
      }
      panel.taps(frame, taps);
      for (int p = 0; p < positions; p += TILE_POSITIONS) {
        int count = Math.min(TILE_POSITIONS, positions - p);
        ConvTile.sums(
            scratch,
            p,
            Math.ceilDiv(count, LANES),
            g.inChannels(),
            panel.channelFloats(),
            taps,
            weights,
            outBlocks,
            panel.floats());
        long position = firstRow * (long) g.outWidth() + p;
        finish(scratch, batch, frame, position, count);
      }
    }
  }

  /** Adds bias and residual and writes a tile. */
  private void finish(float[] scratch, int batch, int frame, long position, int count) {
    for (int o = 0; o < g.outChannels(); o++) {
      float b = bias.getAtIndex(FLOAT, o);
      long plane = ((long) batch * g.outChannels() + o) * g.outFrames() + frame;
      long to = (plane * g.outPlane() + position) * Float.BYTES;
      int from = panel.floats() + o * ConvTile.WIDE * LANES;
      for (int left = count; left > 0; left -= LANES) {
        FloatVector sum = FloatVector.fromArray(SPECIES, scratch, from).add(b);
        if (left >= LANES) {
          VectorSupport.store(residual ? sum.add(VectorSupport.load(addend, to)) : sum, y, to);
        } else {
          VectorSupport.storeTail(
              residual ? sum.add(VectorSupport.loadTail(addend, to, left)) : sum, y, to, left);
        }
        from += LANES;
        to += LANES * Float.BYTES;
      }
    }
  }
}
