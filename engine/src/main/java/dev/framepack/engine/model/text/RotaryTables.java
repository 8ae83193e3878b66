package dev.framepack.engine.model.text;

/**
 * Cosine and sine tables {@code [tokens, headDim]} of Llama's rotary embedding: frequency i of
 * headDim/2 is {@code theta^(-2i/headDim)}, the row repeated once for the second halves (Su et al.,
 * arXiv 2104.09864). Angles are rounded to float32 as the reference does.
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, to be uploaded
record RotaryTables(float[] cos, float[] sin) {

  static RotaryTables of(int tokens, int headDim, double theta) {
    float[] cos = new float[tokens * headDim];
    float[] sin = new float[tokens * headDim];
    int half = headDim / 2;
    for (int i = 0; i < half; i++) {
      float frequency = (float) Math.pow(theta, -2.0 * i / headDim);
      for (int position = 0; position < tokens; position++) {
        float angle = position * frequency;
        int at = position * headDim + i;
        cos[at] = cos[at + half] = (float) Math.cos(angle);
        sin[at] = sin[at + half] = (float) Math.sin(angle);
      }
    }
    return new RotaryTables(cos, sin);
  }
}
