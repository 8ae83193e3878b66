package dev.framepack.engine.model.vae;

import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.op.Concat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Runs a model over overlapping pieces and joins what it makes of them. Sizes in the units of the
 * model's input (pixels when encoding, latents when decoding) except where named output.
 *
 * @param fade records slices, blends and the joining
 */
record Cutting(Fade fade, Window window, Tile tile) {
  private static final int FRAMES = 2;
  private static final int ROWS = 3;
  private static final int COLUMNS = 4;

  /**
   * Temporal windows: {@code minFrames + 1} input frames every {@code stride} as soon as there are
   * more than {@code minFrames}. Later windows lose their first output frame.
   *
   * @param framesForSecondOutput input frames below which a window makes one output frame only
   */
  record Window(
      int minFrames, int stride, int outputStride, int outputOverlap, int framesForSecondOutput) {
    Window {
      requireStride(stride, outputStride);
    }
  }

  /** Spatial tiles as soon as one side is larger than the minimum. */
  record Tile(
      boolean enabled,
      int minHeight,
      int minWidth,
      int strideHeight,
      int strideWidth,
      int outputStrideHeight,
      int outputStrideWidth,
      int outputOverlapHeight,
      int outputOverlapWidth) {
    Tile {
      requireStride(strideHeight, outputStrideHeight);
      requireStride(strideWidth, outputStrideWidth);
    }
  }

  /** x {@code [B, C, T, H, W]}, every piece through the model. */
  Value run(Value x, UnaryOperator<Value> model) {
    int frames = x.size(FRAMES);
    if (frames <= window.minFrames()) {
      return tiles(x, model);
    }
    List<Value> kept = new ArrayList<>();
    Value previous = null;
    for (int start = 0; start < frames; start += window.stride()) {
      Value piece = fade.slice(x, FRAMES, start, window.minFrames() + 1);
      if (previous == null) {
        previous = tiles(piece, model); // [B, C', T', H', W']
        kept.add(fade.slice(previous, FRAMES, 0, window.outputStride() + 1));
      } else if (piece.size(FRAMES) >= window.framesForSecondOutput()) {
        Value y = tiles(piece, model); // [B, C', T', H', W']
        y = fade.slice(y, FRAMES, 1, y.size(FRAMES) - 1);
        previous = fade.blend(previous, y, FRAMES, window.outputOverlap());
        kept.add(fade.slice(previous, FRAMES, 0, window.outputStride()));
      }
    }
    return join(FRAMES, kept);
  }

  private Value tiles(Value x, UnaryOperator<Value> model) {
    if (!tile.enabled()
        || (x.size(ROWS) <= tile.minHeight() && x.size(COLUMNS) <= tile.minWidth())) {
      return model.apply(x);
    }
    List<Value> rows = new ArrayList<>();
    List<Value> above = List.of();
    for (int top = 0; top < x.size(ROWS); top += tile.strideHeight()) {
      Value band = fade.slice(x, ROWS, top, tile.minHeight());
      above = row(band, above, model);
      rows.add(
          join(
              COLUMNS,
              above.stream()
                  .map(t -> fade.slice(t, ROWS, 0, tile.outputStrideHeight()))
                  .map(t -> fade.slice(t, COLUMNS, 0, tile.outputStrideWidth()))
                  .toList()));
    }
    return join(ROWS, rows);
  }

  /** The whole tiles of one row, each blended with its neighbour above, then with the left one. */
  private List<Value> row(Value band, List<Value> above, UnaryOperator<Value> model) {
    List<Value> row = new ArrayList<>();
    for (int left = 0; left < band.size(COLUMNS); left += tile.strideWidth()) {
      Value y = model.apply(fade.slice(band, COLUMNS, left, tile.minWidth()));
      if (!above.isEmpty()) {
        y = fade.blend(above.get(row.size()), y, ROWS, tile.outputOverlapHeight());
      }
      if (!row.isEmpty()) {
        y = fade.blend(row.getLast(), y, COLUMNS, tile.outputOverlapWidth());
      }
      row.add(y);
    }
    return row;
  }

  private Value join(int axis, List<Value> pieces) {
    return pieces.size() == 1
        ? pieces.getFirst()
        : fade.g().op(new Concat(axis), pieces.toArray(Value[]::new));
  }

  private static void requireStride(int stride, int outputStride) {
    if (stride < 1 || outputStride < 1) {
      throw new IllegalArgumentException(
          "VaeTiling: strides must be at least one latent, found less; raise the stride");
    }
  }
}
