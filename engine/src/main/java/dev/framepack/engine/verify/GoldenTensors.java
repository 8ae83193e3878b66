package dev.framepack.engine.verify;

import dev.framepack.weights.WeightError;
import dev.framepack.weights.WeightException;
import dev.framepack.weights.WeightFile;
import dev.framepack.weights.WeightTensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The tensors of one {@code io.safetensors}, held as floats; integers up to 2^24 are exact. */
final class GoldenTensors {
  private record Entry(long[] shape, float[] values) {}

  private final Path file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  GoldenTensors(Path folder) {
    this.file = folder.resolve("io.safetensors");
    try (WeightFile weights = WeightFile.open(file)) {
      for (String name : weights.names()) {
        WeightTensor tensor = weights.tensor(name);
        entries.put(name, new Entry(tensor.shape(), tensor.toFloats()));
      }
    }
  }

  Set<String> names() {
    return entries.keySet();
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  float[] floats(String name) {
    return entry(name).values();
  }

  /** One axis of a tensor's shape. */
  int size(String name, int axis) {
    return Math.toIntExact(entry(name).shape()[axis]);
  }

  int[] ints(String name) {
    float[] values = floats(name);
    int[] ints = new int[values.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = (int) values[i];
    }
    return ints;
  }

  byte[] bytes(String name) {
    float[] values = floats(name);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (int) values[i];
    }
    return bytes;
  }

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw WeightException.inTensor(
          WeightError.MODEL_TENSOR_MISSING, file, name, "the case needs it; the file has none");
    }
    return entry;
  }

  /** {@code |found - expected| / |expected|}; infinite for NaN and for wrong sizes. */
  static double relativeL2(float[] found, float[] expected) {
    if (found.length != expected.length) {
      return Double.POSITIVE_INFINITY;
    }
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) found[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    double relative =
        difference == 0 ? 0 : Math.sqrt(difference / Math.max(norm, Double.MIN_NORMAL));
    return Double.isNaN(relative) ? Double.POSITIVE_INFINITY : relative;
  }

  static float[] floats(int... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = values[i];
    }
    return floats;
  }
}
