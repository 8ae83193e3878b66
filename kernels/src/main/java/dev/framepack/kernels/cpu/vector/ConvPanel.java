package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.FLOAT;

import java.lang.foreign.MemorySegment;

/**
 * The padded copy of a band of rows that the tile kernels read: one slot per frame the kernel sees,
 * used as a ring. A slot is {@code [C][kw][rows + kh - 1][W']} without stride in space and {@code
 * [C][kh][kw][rows][W']} with one, so that the output positions of the band are contiguous for
 * every tap and no loop has a branch for edges.
 */
final class ConvPanel {
  /** About the second cache: a larger panel copies fewer rows twice but no longer stays there. */
  private static final long PANEL_BYTES = 1 << 21;

  /** Bands of at least so many rows repeat at most a quarter of the copying. */
  private static final int LEAST_ROWS = 8;

  private static final int MOST_SPARE_BANDS = 8;
  private static final int LEAST_ITEMS = 16;

  private final ConvGeometry g;
  private final int rows;
  private final int copies;
  private final int copyFloats;

  /**
   * @param rows output rows of a full band
   */
  ConvPanel(ConvGeometry g, int rows) {
    this.g = g;
    this.rows = rows;
    boolean strided = g.strideHw() > 1;
    this.copies = strided ? g.kernelH() * g.kernelW() : g.kernelW();
    this.copyFloats = (strided ? rows : rows + g.kernelH() - 1) * g.outWidth();
  }

  /**
   * Rows of a band: as many as the panel has room for, fewer while that makes work for more threads
   * at little cost; the bands of about equal height.
   */
  static int bandRows(ConvGeometry g) {
    long rowBytes =
        (long) new ConvPanel(g, 1).slotFloats() / g.kernelH() * g.kernelT() * Float.BYTES;
    long most = Math.max(1, PANEL_BYTES / Math.max(rowBytes, 1) - (g.kernelH() - 1));
    long spare = Math.clamp(g.outHeight() / LEAST_ROWS, 1, MOST_SPARE_BANDS);
    long bands = Math.max(spare, Math.ceilDiv(g.outHeight(), Math.min(most, g.outHeight())));
    return (int) Math.ceilDiv(g.outHeight(), bands);
  }

  /** Output frames of one item, given the bands of a frame. */
  static int chunkFrames(int outFrames, int bands) {
    return Math.ceilDiv(outFrames, Math.ceilDiv(LEAST_ITEMS, bands));
  }

  int channelFloats() {
    return copies * copyFloats;
  }

  int slotFloats() {
    return channelFloats() * g.inChannels();
  }

  /** Floats of the whole ring, with room for vectors that read past its end. */
  int floats() {
    return slotFloats() * g.kernelT() + ConvTile.WIDE * VectorSupport.LANES;
  }

  private int slot(int frame) {
    return Math.max(frame, 0) % g.kernelT();
  }

  /** Distance of every tap from its channel, for one output frame. */
  void taps(int outFrame, int[] taps) {
    int at = 0;
    for (int dt = 0; dt < g.kernelT(); dt++) {
      int frame = firstFrame(outFrame) + dt;
      for (int dh = 0; dh < g.kernelH(); dh++) {
        for (int dw = 0; dw < g.kernelW(); dw++) {
          taps[at++] = tap(frame, dh, dw);
        }
      }
    }
  }

  private int tapInSlot(int dh, int dw) {
    return g.strideHw() > 1
        ? (dh * g.kernelW() + dw) * copyFloats
        : dw * copyFloats + dh * g.outWidth();
  }

  /** Distance of one tap from its channel, for an input frame. */
  int tap(int frame, int dh, int dw) {
    return slot(frame) * slotFloats() + tapInSlot(dh, dw);
  }

  /** First input frame an output frame sees; negative ones mean frame 0. */
  int firstFrame(int outFrame) {
    return outFrame * g.strideT() - (g.kernelT() - 1);
  }

  /** Copies one frame's rows into its slot of the ring. */
  void fill(MemorySegment x, int batch, int frame, int firstRow, float[] panel) {
    int at = slot(frame) * slotFloats();
    for (int c = 0; c < g.inChannels(); c++) {
      long plane = (((long) batch * g.inChannels() + c) * g.inFrames() + frame) * g.inPlane();
      if (g.strideHw() > 1) {
        for (int dh = 0; dh < g.kernelH(); dh++) {
          for (int dw = 0; dw < g.kernelW(); dw++, at += copyFloats) {
            fillStrided(x, plane, firstRow, dh, dw, panel, at);
          }
        }
      } else {
        for (int dw = 0; dw < g.kernelW(); dw++, at += copyFloats) {
          fillShifted(x, plane, firstRow, dw - g.kernelW() / 2, panel, at);
        }
      }
    }
  }

  private void fillStrided(
      MemorySegment x, long plane, int firstRow, int dh, int dw, float[] panel, int at) {
    int width = g.outWidth();
    int left = dw - g.kernelW() / 2;
    for (int r = 0; r < rows; r++) {
      int row = clamp((firstRow + r) * g.strideHw() + dh - g.kernelH() / 2, g.inHeight());
      long from = plane + (long) row * g.inWidth();
      int to = at + r * width;
      for (int j = 0; j < width; j++) {
        int column = clamp(j * g.strideHw() + left, g.inWidth());
        panel[to + j] = x.getAtIndex(FLOAT, from + column);
      }
    }
  }

  private void fillShifted(
      MemorySegment x, long plane, int firstRow, int shift, float[] panel, int at) {
    int width = g.inWidth();
    int top = firstRow - g.kernelH() / 2;
    int panelRows = rows + g.kernelH() - 1;
    int inside = clamp(top, g.inHeight());
    int insideRows = Math.min(top + panelRows, g.inHeight()) - inside;
    long from = plane + (long) inside * width;
    int to = at + (inside - top) * width;
    copyShifted(x, from, shift, insideRows * width, panel, to);
    int edge = Math.min(Math.abs(shift), width);
    for (int r = 0; r < insideRows && edge > 0; r++) {
      long row = from + (long) r * width;
      for (int i = 0; i < edge; i++) {
        int column = shift < 0 ? i : width - 1 - i;
        panel[to + r * width + column] = x.getAtIndex(FLOAT, row + clamp(column + shift, width));
      }
    }
    for (int r = 0; r < panelRows; r++) {
      int nearest = Math.clamp(r, inside - top, inside - top + insideRows - 1);
      if (nearest != r) {
        System.arraycopy(panel, at + nearest * width, panel, at + r * width, width);
      }
    }
  }

  /** The rows as one run, moved by the shift; what wraps into the next row is mended after. */
  private static void copyShifted(
      MemorySegment x, long from, int shift, int count, float[] panel, int to) {
    int moved = count - Math.abs(shift);
    if (moved <= 0) {
      return;
    }
    MemorySegment.copy(
        x,
        FLOAT,
        (from + Math.max(shift, 0)) * Float.BYTES,
        panel,
        to + Math.max(-shift, 0),
        moved);
  }

  private static int clamp(int index, int size) {
    return Math.clamp(index, 0, size - 1);
  }
}
