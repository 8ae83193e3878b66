package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.LinearLayer;
import dev.framepack.kernels.op.Unpatchify;

/** The denoised tokens to a velocity in latent space (spec section 2, head). */
record VelocityHead(ModulationTable.Slot modulation, LinearLayer projOut, PatchSize patch) {

  // Scale before shift here, unlike in the blocks.
  private static final int SCALE = 0;
  private static final int SHIFT = 1;
  private static final int VECTORS = 2;

  static VelocityHead of(
      ParameterScope scope, ModulationTable table, PatchSize patch, int channels, int width) {
    return new VelocityHead(
        table.add(scope, "norm_out.linear", VECTORS),
        LinearLayer.of(scope, "proj_out", width, (long) patch.volume() * channels),
        patch);
  }

  /**
   * To the velocity {@code [B, C, frames, height, width]}.
   *
   * @param latents the tokens being denoised {@code [B, latentTokens, D]}
   * @param modulations of the tokens being denoised
   */
  Value apply(GraphBuilder g, Value latents, Modulation modulations, PackedShape shape) {
    Value n = modulation.normalize(g, latents, modulations, SCALE, SHIFT); // [B, latentTokens, D]
    Unpatchify unpatchify =
        new Unpatchify(
            patch.frames(),
            patch.height(),
            patch.width(),
            shape.latentFrames(),
            shape.latentHeight(),
            shape.latentWidth());
    return g.op(unpatchify, projOut.apply(g, n));
  }
}
