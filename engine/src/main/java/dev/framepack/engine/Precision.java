package dev.framepack.engine;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.weights.Component;

/** What the models compute in; latents, conditioning and samplers are float32 always. */
public enum Precision {
  /**
   * Float32, but where the backend prefers half precision what the reference programs use: the
   * transformer in bfloat16, everything else in float16.
   */
  AUTO("auto") {
    @Override
    public DType of(Component component, Backend backend) {
      if (!backend.prefersHalfPrecision()) {
        return DType.F32;
      }
      return component == Component.TRANSFORMER ? DType.BF16 : DType.F16;
    }
  },
  FLOAT32("float32") {
    @Override
    public DType of(Component component, Backend backend) {
      return DType.F32;
    }
  },
  BFLOAT16("bfloat16") {
    @Override
    public DType of(Component component, Backend backend) {
      return DType.BF16;
    }
  },
  FLOAT16("float16") {
    @Override
    public DType of(Component component, Backend backend) {
      return DType.F16;
    }
  };

  private final String id;

  Precision(String id) {
    this.id = id;
  }

  /** Name in metadata and on the command line. */
  public String id() {
    return id;
  }

  /** What a component computes in on a backend. */
  public abstract DType of(Component component, Backend backend);
}
