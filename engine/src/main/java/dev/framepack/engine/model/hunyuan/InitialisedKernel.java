package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.op.Unpatchify;

/**
 * Patch embeddings a checkpoint has no weights for, initialised as the paper initialises them
 * (section 3.1, independent patchifying parameters): the full-resolution kernel repeated over the
 * larger one and divided by how often, which is the mean over the repeats followed by the
 * full-resolution embedding. Kernels larger than (8, 16, 16) halve the latents first.
 *
 * @param full the embedding of clean context frames
 * @param channels of latents, C
 */
record InitialisedKernel(PatchEmbedding full, int channels) {
  private static final int LARGEST_SCALE = 8;

  /** latents {@code [B, C, frames, height, width]} to {@code [B, tokens, D]}. */
  Value apply(GraphBuilder g, HostConstants constants, PatchSize kernel, Value latents) {
    Value x = latents;
    PatchSize own = kernel;
    PatchSize halving = halving(own);
    while (halving.volume() > 1) {
      x = halved(g, constants, halving, x);
      own =
          new PatchSize(
              own.frames() / halving.frames(),
              own.height() / halving.height(),
              own.width() / halving.width());
      halving = halving(own);
    }
    Value rows = g.op(own.patchify(), x); // [B, tokens, C volume]
    Value cells = mean(g, constants, own, full.patch(), rows); // [B, tokens, C fullVolume]
    return full.linear().apply(g, cells);
  }

  /** Whether a kernel is a multiple of the full one and halves to (8, 16, 16) or less. */
  boolean supports(PatchSize kernel) {
    PatchSize patch = full.patch();
    return halves(kernel.frames(), patch.frames())
        && halves(kernel.height(), patch.height())
        && halves(kernel.width(), patch.width());
  }

  private static boolean halves(int side, int fullSide) {
    int own = side;
    while (half(own, fullSide) == 2) {
      own /= 2;
    }
    return own % fullSide == 0 && own <= LARGEST_SCALE * fullSide;
  }

  /** Means over whole patches, {@code [B, tokens, C]}. */
  Value means(GraphBuilder g, HostConstants constants, PatchSize patch, Value latents) {
    Value rows = g.op(patch.patchify(), latents); // [B, tokens, C volume]
    return mean(g, constants, patch, new PatchSize(1, 1, 1), rows);
  }

  /** 2 on every axis on which the kernel is larger than what is embedded at once. */
  private PatchSize halving(PatchSize kernel) {
    return new PatchSize(
        half(kernel.frames(), full.patch().frames()),
        half(kernel.height(), full.patch().height()),
        half(kernel.width(), full.patch().width()));
  }

  private static int half(int side, int fullSide) {
    return side > LARGEST_SCALE * fullSide && side % (2 * fullSide) == 0 ? 2 : 1;
  }

  private Value halved(GraphBuilder g, HostConstants constants, PatchSize by, Value x) {
    Unpatchify shape =
        new Unpatchify(
            1,
            1,
            1,
            Math.ceilDiv(x.size(2), by.frames()),
            Math.ceilDiv(x.size(3), by.height()),
            Math.ceilDiv(x.size(4), by.width()));
    return g.op(shape, means(g, constants, by, x));
  }

  /** Rows of a patch to rows of the smaller patch it is a multiple of, each value a mean. */
  private Value mean(
      GraphBuilder g, HostConstants constants, PatchSize from, PatchSize to, Value rows) {
    int inputs = channels * from.volume();
    int outputs = channels * to.volume();
    String name = "mean.%s.to.%s".formatted(sides(from), sides(to));
    Value weight = constants.declare(g, name, matrix(from, to), outputs, inputs);
    return g.op(Linear.plain(false), rows, weight);
  }

  private static String sides(PatchSize patch) {
    return patch.frames() + "x" + patch.height() + "x" + patch.width();
  }

  private float[] matrix(PatchSize from, PatchSize to) {
    int inputs = channels * from.volume();
    float share = (float) to.volume() / from.volume();
    float[] matrix = new float[channels * to.volume() * inputs];
    for (int column = 0; column < inputs; column++) {
      int x = column % from.width();
      int y = column / from.width() % from.height();
      int t = column / (from.width() * from.height()) % from.frames();
      int channel = column / from.volume();
      int row = channel;
      row = row * to.frames() + t * to.frames() / from.frames();
      row = row * to.height() + y * to.height() / from.height();
      row = row * to.width() + x * to.width() / from.width();
      matrix[row * inputs + column] = share;
    }
    return matrix;
  }
}
