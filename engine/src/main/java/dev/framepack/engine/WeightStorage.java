package dev.framepack.engine;

import dev.framepack.kernels.tensor.QuantFormat;
import java.util.Optional;

/**
 * How the transformer's big weights lie in memory. Arithmetic is not touched: a quantised weight is
 * expanded to the type the transformer computes in right before its product.
 */
public enum WeightStorage {
  /** Quantised tensors of a GGUF file as they are, everything else in the type computed in. */
  AUTO("auto"),

  /** Everything in the type computed in. */
  EXPANDED("expanded"),

  /** 8-bit floats with a scale a row: half of bfloat16. */
  FP8_E4M3("fp8_e4m3", QuantFormat.FP8_E4M3),

  /** ggml's 8.5 bits: half of bfloat16. */
  Q8_0("q8_0", QuantFormat.Q8_0),

  /** ggml's 4.5 bits: little more than a quarter of bfloat16. */
  Q4_0("q4_0", QuantFormat.Q4_0);

  private final String id;
  private final Optional<QuantFormat> format;

  WeightStorage(String id) {
    this.id = id;
    this.format = Optional.empty();
  }

  WeightStorage(String id, QuantFormat format) {
    this.id = id;
    this.format = Optional.of(format);
  }

  /** Name in metadata and on the command line. */
  public String id() {
    return id;
  }

  /** What the weights of the blocks are quantised to while they are read. */
  public Optional<QuantFormat> format() {
    return format;
  }
}
