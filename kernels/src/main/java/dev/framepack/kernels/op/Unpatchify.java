package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * The inverse of {@link Patchify} without padding: {@code [B, N, C pt ph pw]} to {@code [B, C,
 * frames, height, width]}.
 *
 * @param frames size of the output, a multiple of the patch, like height and width
 */
public record Unpatchify(int patchT, int patchH, int patchW, int frames, int height, int width)
    implements Op {
  public Unpatchify {
    Check.positive("unpatchify", "patchT", patchT);
    Check.positive("unpatchify", "patchH", patchH);
    Check.positive("unpatchify", "patchW", patchW);
    Check.positive("unpatchify", "frames", frames);
    Check.positive("unpatchify", "height", height);
    Check.positive("unpatchify", "width", width);
  }

  @Override
  public String name() {
    return "unpatchify";
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Check.inputs(this, inputs, 1);
    TensorType x = Check.floating(this, inputs, 0, 3);
    long patch = (long) patchT * patchH * patchW;
    long tokens = (long) (frames / patchT) * (height / patchH) * (width / patchW);
    Check.that(
        frames % patchT == 0 && height % patchH == 0 && width % patchW == 0,
        this,
        "output %sx%sx%s must be a multiple of the patch %sx%sx%s",
        frames,
        height,
        width,
        patchT,
        patchH,
        patchW);
    Check.that(
        x.shape().dim(1) == tokens && x.shape().dim(2) % patch == 0,
        this,
        "x must be [B, %s, a multiple of %s], found %s",
        tokens,
        patch,
        x);
    return x.withShape(Shape.of(x.shape().dim(0), x.shape().dim(2) / patch, frames, height, width));
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.of(this, inputs, 0);
  }
}
