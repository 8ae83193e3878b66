package dev.framepack.engine.model.hunyuan;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Cosines and sines of the rotary embedding of one packed sequence, {@code [packedTokens, headDim]}
 * row-major (spec section 2, RoPE).
 *
 * <p>Positions are (frame index, row, column); each axis has its own share of the head, the three
 * side by side. A token of compressed context has the mean of the cosines and of the sines it
 * covers, the end of each axis padded by repetition. A channel depends on one axis alone, so the
 * mean is taken along that axis.
 *
 * @param cos one row per token
 * @param sin one row per token
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once to be uploaded, never compared
public record RopeTables(int tokens, int headDim, float[] cos, float[] sin) {

  /**
   * Computes the tables.
   *
   * @param theta base of the frequencies
   * @param axisDims channels of the frame, row and column axis, all even
   * @param patch the patch of a full-resolution token, one frame long
   * @param indices as many frames in each part as {@code shape} says
   */
  public static RopeTables of(
      double theta,
      List<Integer> axisDims,
      PatchSize patch,
      PackedShape shape,
      FrameIndices indices) {
    if (axisDims.size() != 3 || axisDims.stream().anyMatch(dim -> dim <= 0 || dim % 2 != 0)) {
      throw new IllegalArgumentException(
          "RopeTables: needs three even axis sizes, found " + axisDims);
    }
    checkFrames("latents", indices.latents(), shape.latentFrames());
    if (indices.context().size() != shape.context().size()) {
      throw new IllegalArgumentException(
          "RopeTables: context has %s parts but %s lists of indices"
              .formatted(shape.context().size(), indices.context().size()));
    }
    Writer writer = new Writer(theta, axisDims, shape.packedTokens(patch));
    int[] rows = range(shape.latentHeight() / patch.height());
    int[] columns = range(shape.latentWidth() / patch.width());
    for (int i = 0; i < shape.context().size(); i++) {
      ContextShape part = shape.context().get(i);
      int[] frames = indices.context().get(i);
      checkFrames("context " + i, frames, part.frames());
      writer.append(part, patch, frames, rows, columns);
    }
    writer.append(
        ContextShape.frames(shape.latentFrames(), patch), patch, indices.latents(), rows, columns);
    return writer.tables();
  }

  private static void checkFrames(String part, int[] indices, int frames) {
    if (indices.length != frames) {
      throw new IllegalArgumentException(
          "RopeTables: %s has %s frames but %s indices".formatted(part, frames, indices.length));
    }
  }

  private static int[] range(int count) {
    return IntStream.range(0, count).toArray();
  }

  /** Cosines and sines of one axis, {@code [positions, dim]}. */
  private record AxisTable(int positions, int dim, float[] cos, float[] sin) {

    /**
     * Angles in float32 like the reference: {@code position * theta^(-2k/dim)}, each repeated for
     * the two elements of its pair.
     */
    static AxisTable of(int[] positions, int dim, double theta) {
      float[] cos = new float[positions.length * dim];
      float[] sin = new float[positions.length * dim];
      for (int k = 0; k < dim / 2; k++) {
        float frequency = 1.0f / (float) Math.pow(theta, (float) (2 * k) / dim);
        for (int p = 0; p < positions.length; p++) {
          float angle = positions[p] * frequency;
          int at = p * dim + 2 * k;
          cos[at] = cos[at + 1] = (float) Math.cos(angle);
          sin[at] = sin[at + 1] = (float) Math.sin(angle);
        }
      }
      return new AxisTable(positions.length, dim, cos, sin);
    }

    /** Means over {@code factor} neighbours, the last position repeated to fill the last group. */
    AxisTable pooled(int factor) {
      return factor == 1
          ? this
          : new AxisTable(
              Math.ceilDiv(positions, factor), dim, pooled(cos, factor), pooled(sin, factor));
    }

    private float[] pooled(float[] table, int factor) {
      int groups = Math.ceilDiv(positions, factor);
      float[] means = new float[groups * dim];
      for (int group = 0; group < groups; group++) {
        for (int channel = 0; channel < dim; channel++) {
          double sum = 0;
          for (int i = 0; i < factor; i++) {
            int position = Math.min(group * factor + i, positions - 1);
            sum += table[position * dim + channel];
          }
          means[group * dim + channel] = (float) (sum / factor);
        }
      }
      return means;
    }
  }

  /** Fills the tables part by part. */
  private static final class Writer {
    private final double theta;
    private final List<Integer> axisDims;
    private final int tokens;
    private final int headDim;
    private final float[] cos;
    private final float[] sin;
    private int next;

    Writer(double theta, List<Integer> axisDims, int tokens) {
      this.theta = theta;
      this.axisDims = axisDims;
      this.tokens = tokens;
      this.headDim = axisDims.stream().mapToInt(Integer::intValue).sum();
      this.cos = new float[Math.multiplyExact(tokens, headDim)];
      this.sin = new float[cos.length];
    }

    void append(ContextShape part, PatchSize patch, int[] frames, int[] rows, int[] columns) {
      PatchSize kernel = part.kernel();
      int temporal = kernel.frames() / patch.frames();
      int vertical = kernel.height() / patch.height();
      int horizontal = kernel.width() / patch.width();
      AxisTable t = AxisTable.of(frames, axisDims.get(0), theta);
      AxisTable y = AxisTable.of(rows, axisDims.get(1), theta);
      AxisTable x = AxisTable.of(columns, axisDims.get(2), theta);
      switch (part.form()) {
        case FRAMES -> append(t.pooled(temporal), y.pooled(vertical), x.pooled(horizontal));
        case APPENDED_TAIL ->
            append(
                t,
                y.pooled(ContextShape.APPEND_POOL / patch.height()).pooled(vertical),
                x.pooled(ContextShape.APPEND_POOL / patch.width()).pooled(horizontal));
        case COMPRESSED_TAIL ->
            append(t.pooled(t.positions()), y.pooled(y.positions()), x.pooled(x.positions()));
      }
    }

    private void append(AxisTable t, AxisTable y, AxisTable x) {
      for (int frame = 0; frame < t.positions(); frame++) {
        for (int row = 0; row < y.positions(); row++) {
          for (int column = 0; column < x.positions(); column++) {
            copy(t, frame);
            copy(y, row);
            copy(x, column);
          }
        }
      }
    }

    private void copy(AxisTable axis, int position) {
      System.arraycopy(axis.cos(), position * axis.dim(), cos, next, axis.dim());
      System.arraycopy(axis.sin(), position * axis.dim(), sin, next, axis.dim());
      next += axis.dim();
    }

    RopeTables tables() {
      if (next != cos.length) {
        throw new IllegalArgumentException(
            "RopeTables: %s values for %s tokens of %s; height and width must be whole patches"
                .formatted(next, tokens, headDim));
      }
      return new RopeTables(tokens, headDim, cos, sin);
    }
  }
}
