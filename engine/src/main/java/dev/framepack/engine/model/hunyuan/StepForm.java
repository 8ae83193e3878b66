package dev.framepack.engine.model.hunyuan;

/**
 * Departures from how the released checkpoints evaluate a step; their weights were trained for
 * neither.
 *
 * @param timestepPerToken whether every part of the context and every denoised frame has a timestep
 *     of its own (Diffusion Forcing, rolling windows); one for all otherwise
 * @param causal whether tokens see only what is packed at or before their own part of the context
 *     or denoised frame, and the condition (CausVid); all otherwise
 */
public record StepForm(boolean timestepPerToken, boolean causal) {

  /** As trained: one timestep, full attention. */
  public static final StepForm TRAINED = new StepForm(false, false);
}
