package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.FLOAT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The padded copy of a band of rows that the tile kernels read: one slot per frame the kernel sees,
 * used as a ring. A slot is {@code [C][kw][rows + kh - 1][W']} without stride in space and {@code
 * [C][kh][kw][rows][W']} with one, so that the output positions of the band are contiguous for
 * every tap and no loop has a branch for edges.
 */
final class ConvPanel {
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

  int channelFloats() {
    return copies * copyFloats;
  }

  long slotFloats() {
    return (long) channelFloats() * g.inChannels();
  }

  /** Floats of the whole ring, with room for vectors that read past its end. */
  long floats() {
    return slotFloats() * g.kernelT() + (long) ConvTile.WIDE * VectorSupport.LANES;
  }

  private int slot(int frame) {
    return Math.max(frame, 0) % g.kernelT();
  }

  /** Byte distance of every tap from its channel, for one output frame. */
  void tapBytes(int outFrame, int[] tapBytes) {
    int tap = 0;
    for (int dt = 0; dt < g.kernelT(); dt++) {
      long slot = slot(firstFrame(outFrame) + dt) * slotFloats();
      for (int dh = 0; dh < g.kernelH(); dh++) {
        for (int dw = 0; dw < g.kernelW(); dw++) {
          long offset =
              g.strideHw() > 1
                  ? (long) (dh * g.kernelW() + dw) * copyFloats
                  : (long) dw * copyFloats + (long) dh * g.outWidth();
          tapBytes[tap++] = Math.toIntExact((slot + offset) * Float.BYTES);
        }
      }
    }
  }

  /** First input frame an output frame sees; negative ones mean frame 0. */
  int firstFrame(int outFrame) {
    return outFrame * g.strideT() - (g.kernelT() - 1);
  }

  /** Copies one frame's rows into its slot of the ring. */
  void fill(MemorySegment x, int batch, int frame, int firstRow, MemorySegment panel) {
    long at = slot(frame) * slotFloats();
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
      MemorySegment x, long plane, int firstRow, int dh, int dw, MemorySegment panel, long at) {
    int width = g.outWidth();
    int left = dw - g.kernelW() / 2;
    for (int r = 0; r < rows; r++) {
      int row = clamp((firstRow + r) * g.strideHw() + dh - g.kernelH() / 2, g.inHeight());
      long from = plane + (long) row * g.inWidth();
      long to = at + (long) r * width;
      for (int j = 0; j < width; j++) {
        int column = clamp(j * g.strideHw() + left, g.inWidth());
        panel.setAtIndex(FLOAT, to + j, x.getAtIndex(FLOAT, from + column));
      }
    }
  }

  private void fillShifted(
      MemorySegment x, long plane, int firstRow, int shift, MemorySegment panel, long at) {
    int width = g.inWidth();
    int top = firstRow - g.kernelH() / 2;
    int panelRows = rows + g.kernelH() - 1;
    int inside = clamp(top, g.inHeight());
    int insideRows = Math.min(top + panelRows, g.inHeight()) - inside;
    long from = plane + (long) inside * width;
    long to = at + (long) (inside - top) * width;
    copyShifted(x, from, shift, (long) insideRows * width, panel, to);
    int edge = Math.min(Math.abs(shift), width);
    for (int r = 0; r < insideRows && edge > 0; r++) {
      long row = from + (long) r * width;
      for (int i = 0; i < edge; i++) {
        int column = shift < 0 ? i : width - 1 - i;
        float value = x.getAtIndex(FLOAT, row + clamp(column + shift, width));
        panel.setAtIndex(FLOAT, to + (long) r * width + column, value);
      }
    }
    for (int r = 0; r < panelRows; r++) {
      int nearest = Math.clamp(r, inside - top, inside - top + insideRows - 1);
      if (nearest != r) {
        copy(panel, at + (long) nearest * width, panel, at + (long) r * width, width);
      }
    }
  }

  /** The rows as one run, moved by the shift; what wraps into the next row is mended after. */
  private static void copyShifted(
      MemorySegment x, long from, int shift, long count, MemorySegment panel, long to) {
    long moved = Math.max(0, count - Math.abs(shift));
    if (shift < 0) {
      copy(x, from, panel, to - shift, moved);
    } else {
      copy(x, from + shift, panel, to, moved);
    }
  }

  private static void copy(MemorySegment x, long from, MemorySegment y, long to, long count) {
    MemorySegment.copy(
        x, ValueLayout.JAVA_FLOAT, from * Float.BYTES, y, FLOAT, to * Float.BYTES, count);
  }

  private static int clamp(int index, int size) {
    return Math.clamp(index, 0, size - 1);
  }
}
