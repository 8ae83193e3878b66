package dev.framepack.bench;

import dev.framepack.weights.config.TransformerConfig;
import dev.framepack.weights.config.VaeConfig;
import java.util.List;

/**
 * The model sizes that the PyTorch reference is timed at; both sides must name the same numbers.
 */
public enum PeerSize {
  TINY(4, 32, 2, 4, 1, 64, 32, 32, 16, List.of(8, 12, 12), 64, List.of(8, 16, 32, 64), 1, 2),
  MID(
      8,
      64,
      4,
      8,
      2,
      512,
      256,
      256,
      64,
      List.of(16, 24, 24),
      128,
      List.of(32, 64, 128, 128),
      2,
      32);

  /** Text tokens of the timed step. */
  public static final int TEXT_TOKENS = 64;

  /** Latent frames denoised in the timed step. */
  public static final int LATENT_FRAMES = 9;

  /** Latent frames of the timed decode. */
  public static final int DECODED_LATENTS = 18;

  private final int heads;
  private final int headDim;
  private final int doubleBlocks;
  private final int singleBlocks;
  private final int refinerBlocks;
  private final int textWidth;
  private final int pooledWidth;
  private final int imageWidth;
  private final int imageTokens;
  private final List<Integer> ropeAxes;
  private final int sidePixels;
  private final List<Integer> vaeChannels;
  private final int vaeLayers;
  private final int vaeGroups;

  PeerSize(
      int heads,
      int headDim,
      int doubleBlocks,
      int singleBlocks,
      int refinerBlocks,
      int textWidth,
      int pooledWidth,
      int imageWidth,
      int imageTokens,
      List<Integer> ropeAxes,
      int sidePixels,
      List<Integer> vaeChannels,
      int vaeLayers,
      int vaeGroups) {
    this.heads = heads;
    this.headDim = headDim;
    this.doubleBlocks = doubleBlocks;
    this.singleBlocks = singleBlocks;
    this.refinerBlocks = refinerBlocks;
    this.textWidth = textWidth;
    this.pooledWidth = pooledWidth;
    this.imageWidth = imageWidth;
    this.imageTokens = imageTokens;
    this.ropeAxes = ropeAxes;
    this.sidePixels = sidePixels;
    this.vaeChannels = vaeChannels;
    this.vaeLayers = vaeLayers;
    this.vaeGroups = vaeGroups;
  }

  /** The transformer, as the reference builds it. */
  public TransformerConfig transformer() {
    return new TransformerConfig(
        16,
        16,
        heads,
        headDim,
        doubleBlocks,
        singleBlocks,
        refinerBlocks,
        4.0,
        2,
        1,
        true,
        textWidth,
        pooledWidth,
        256.0,
        ropeAxes,
        imageWidth,
        "");
  }

  /** The video autoencoder, as the reference builds it. */
  public VaeConfig vae() {
    return new VaeConfig(3, 3, 16, vaeChannels, vaeLayers, vaeGroups, 0.476986, 8, 4, true);
  }

  public int imageTokens() {
    return imageTokens;
  }

  /** Height and width of the latents. */
  public int latentSide() {
    return sidePixels / 8;
  }

  public int heads() {
    return heads;
  }

  public int headDim() {
    return headDim;
  }

  /** Tokens of joint attention. */
  public int tokens() {
    int full = latentSide() / 2;
    int half = Math.ceilDiv(latentSide(), 4);
    int quarter = Math.ceilDiv(latentSide(), 8);
    return (LATENT_FRAMES + 2) * full * full
        + half * half
        + 4 * quarter * quarter
        + imageTokens
        + TEXT_TOKENS;
  }
}
