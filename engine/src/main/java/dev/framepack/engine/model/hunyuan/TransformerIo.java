package dev.framepack.engine.model.hunyuan;

/**
 * Names of the inputs and outputs of {@link PackedTransformer}'s graphs, all F32. B is the batch, S
 * the number of sampling steps, D the token width, M the width of a row of modulations, I and T the
 * image and text tokens.
 *
 * <table>
 * <caption>Which graph takes and gives what</caption>
 * <tr><th>graph</th><th>inputs</th><th>outputs</th></tr>
 * <tr><td>conditioning</td><td>{@value #TIMESTEP} [S], {@value #GUIDANCE} [1], {@value #POOLED}
 *     [1, pooledWidth], {@value #TEXT} [1, T, textWidth], {@value #TEXT_MASK} [1, T], {@value
 *     #IMAGE_EMBEDS} [1, I, imageWidth]</td><td>{@value #MODULATION} [S, M], {@value #CONTEXT} [S,
 *     T, D], {@value #IMAGE_TOKENS} [1, I, D]</td></tr>
 * <tr><td>history</td><td>{@link #context} of every part [B, C, frames, h, w]</td><td>{@value
 *     #HISTORY_TOKENS} [B, historyTokens, D]</td></tr>
 * <tr><td>embed</td><td>{@value #LATENTS} [B, C, W, h, w], {@value #HISTORY_TOKENS}, {@value
 *     #MODULATION} [B, M]</td><td>{@value #PACKED_TOKENS} and {@value #MODULATED_INPUT} [B,
 *     packedTokens, D]</td></tr>
 * <tr><td>blocks</td><td>{@value #PACKED_TOKENS}, {@value #IMAGE_TOKENS} [B, I, D], {@value
 *     #CONTEXT} [B, T, D], {@value #MODULATION}, {@value #ROPE_COS} and {@value #ROPE_SIN}
 *     [packedTokens, headDim], {@value #KEY_MASK} [B, packedTokens + I + T] when B is over
 *     1</td><td>{@value #BLOCK_OUTPUT} [B, packedTokens, D]</td></tr>
 * <tr><td>firstBlock</td><td>those of embed and of blocks, {@value #PACKED_TOKENS}
 *     excepted</td><td>{@value #PACKED_TOKENS}, {@value #FIRST_BLOCK_TOKENS}, {@value
 *     #FIRST_BLOCK_CONDITION} [B, I + T, D]</td></tr>
 * <tr><td>laterBlocks</td><td>{@value #FIRST_BLOCK_TOKENS}, {@value #FIRST_BLOCK_CONDITION},
 *     {@value #MODULATION}, {@value #ROPE_COS}, {@value #ROPE_SIN}, {@value #KEY_MASK} when B is
 *     over 1</td><td>{@value #BLOCK_OUTPUT}</td></tr>
 * <tr><td>head</td><td>{@value #BLOCK_OUTPUT}, {@value #MODULATION}</td><td>{@value #VELOCITY} [B,
 *     C, W, h, w]</td></tr>
 * <tr><td>step</td><td>{@value #LATENTS}, {@value #HISTORY_TOKENS}, {@value #IMAGE_TOKENS}, {@value
 *     #CONTEXT}, {@value #MODULATION}, {@value #ROPE_COS}, {@value #ROPE_SIN}, {@value #KEY_MASK}
 *     when B is over 1</td><td>{@value #VELOCITY}</td></tr>
 * </table>
 *
 * {@value #GUIDANCE} exists only where {@link PackedTransformer#takesGuidance()}. Where tokens have
 * timesteps of their own ({@link StepForm#timestepPerToken}), {@value #MODULATION} is [R, M] with
 * the rows that {@value #PACKED_ROWS} and {@value #CONDITION_ROWS}, I32 [1, tokens], choose from.
 */
public final class TransformerIo {
  /** sigma * 1000. */
  public static final String TIMESTEP = "timestep";

  /** Distilled guidance scale * 1000. */
  public static final String GUIDANCE = "guidance";

  /** Pooled text of the second text encoder. */
  public static final String POOLED = "pooled_projections";

  /** Hidden states of the first text encoder. */
  public static final String TEXT = "encoder_hidden_states";

  /** 1 for a real text token, 0 for a padded one. */
  public static final String TEXT_MASK = "encoder_attention_mask";

  /** Hidden states of the image encoder. */
  public static final String IMAGE_EMBEDS = "image_embeds";

  /** All modulation vectors side by side, a row per evaluation. */
  public static final String MODULATION = "modulation";

  /** Refined text tokens. */
  public static final String CONTEXT = "context";

  /** Projected image tokens. */
  public static final String IMAGE_TOKENS = "image_tokens";

  /** Row of modulations of each packed token. */
  public static final String PACKED_ROWS = "packed_rows";

  /** Row of modulations of each condition token. */
  public static final String CONDITION_ROWS = "condition_rows";

  private static final String CONTEXT_FRAMES = "latents_context.";

  /** Tokens of the context frames. */
  public static final String HISTORY_TOKENS = "history_tokens";

  /** The noisy latents. */
  public static final String LATENTS = "hidden_states";

  /** Tokens of {@code [history | latents]}. */
  public static final String PACKED_TOKENS = "packed_tokens";

  /** The modulated first norm of block 0 over all packed tokens. */
  public static final String MODULATED_INPUT = "modulated_input";

  /** Packed tokens after block 0. */
  public static final String FIRST_BLOCK_TOKENS = "first_block_tokens";

  /** Condition tokens after block 0. */
  public static final String FIRST_BLOCK_CONDITION = "first_block_condition";

  /** Packed tokens after the last block. */
  public static final String BLOCK_OUTPUT = "block_output";

  /** Cosines of {@link RopeTables}. */
  public static final String ROPE_COS = "rope_cos";

  /** Sines of {@link RopeTables}. */
  public static final String ROPE_SIN = "rope_sin";

  /** 1 for a key that is real, 0 for a padded text token. */
  public static final String KEY_MASK = "key_mask";

  /** The prediction. */
  public static final String VELOCITY = "velocity";

  private TransformerIo() {}

  /** Context frames of a part, counted in packed order. */
  public static String context(int part) {
    return CONTEXT_FRAMES + part;
  }
}
