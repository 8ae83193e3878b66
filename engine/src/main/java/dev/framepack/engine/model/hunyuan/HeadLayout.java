package dev.framepack.engine.model.hunyuan;

/** Attention heads of the model and the width of each. */
record HeadLayout(int heads, int headDim) {

  /** Width of a token, D. */
  int width() {
    return heads * headDim;
  }

  /** Factor on q k before the softmax. */
  float scale() {
    return (float) (1 / Math.sqrt(headDim));
  }
}
