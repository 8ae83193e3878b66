package dev.framepack.engine.binding;

import dev.framepack.engine.TinyVideos;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.weights.SafetensorsWriter;
import dev.framepack.weights.StorageType;
import dev.framepack.weights.WeightFile;
import dev.framepack.weights.WeightTensor;
import dev.framepack.weights.config.TransformerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tiny transformer with some tensors quantised: as a GGUF file, and expanded again. */
final class QuantisedCheckpoint {
  static final Path FOLDER = TinyVideos.CHECKPOINT.resolve("transformer");
  static final PackedTransformer MODEL = new PackedTransformer(TransformerConfig.read(FOLDER));

  /** Every tensor by name; quantised ones have the bytes of their blocks. */
  private final Map<String, WeightTensor> tensors = new LinkedHashMap<>();

  QuantisedCheckpoint() {
    try (WeightFile file = WeightFile.open(FOLDER.resolve("diffusion_pytorch_model.safetensors"))) {
      for (String name : file.names()) {
        WeightTensor tensor = file.tensor(name);
        put(name, tensor.shape(), tensor.toFloats());
      }
    }
  }

  private void put(String name, long[] shape, float[] values) {
    tensors.put(name, WeightTensor.ofFloats(name, shape, values));
  }

  /** Puts the blocks' weights in a format. */
  QuantisedCheckpoint quantise(QuantFormat format) {
    MODEL.quantisable(format).keySet().forEach(name -> quantise(name, format));
    return this;
  }

  /** Puts every matrix that is computed with in the type of the model in a format. */
  QuantisedCheckpoint quantiseAll(QuantFormat format) {
    WeightTypes types = MODEL.weightTypes(DType.F32);
    for (Parameter parameter : MODEL.parameters()) {
      if (parameter.shape().rank() == 2
          && parameter.shape().dim(1) % format.blockElements() == 0
          && !types.float32().contains(parameter.name())) {
        quantise(parameter.name(), format);
      }
    }
    return this;
  }

  private void quantise(String name, QuantFormat format) {
    WeightTensor tensor = tensors.get(name);
    Parameter parameter =
        MODEL.parameters().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
    byte[] bytes = new byte[(int) format.type(parameter.shape()).byteSize()];
    Quantisation.quantise(
        parameter, MemorySegment.ofArray(tensor.toFloats()), format, MemorySegment.ofArray(bytes));
    if (format == QuantFormat.FP8_E4M3) {
      put(name, tensor.shape(), e4m3(bytes, tensor.shape()));
    } else {
      replace(name, StorageType.valueOf(format.name()), bytes);
    }
  }

  /** Gives a tensor other bytes. */
  QuantisedCheckpoint replace(String name, StorageType type, byte[] bytes) {
    tensors.put(
        name,
        new WeightTensor(name, type, tensors.get(name).shape(), MemorySegment.ofArray(bytes)));
    return this;
  }

  private static float[] e4m3(byte[] stored, long[] shape) {
    int count = (int) (shape[0] * shape[1]);
    MemorySegment bytes = MemorySegment.ofArray(stored);
    float[] values =
        new WeightTensor("codes", StorageType.F8_E4M3, shape, bytes.asSlice(0, count)).toFloats();
    for (int i = 0; i < count; i++) {
      values[i] *= bytes.get(ValueLayout.JAVA_FLOAT_UNALIGNED, count + 4L * (i / (int) shape[1]));
    }
    return values;
  }

  /** A folder with the configuration and every tensor as F32. */
  Path writeExpanded(Path folder) throws IOException {
    List<WeightTensor> expanded = new ArrayList<>();
    tensors.forEach((name, tensor) ->
        expanded.add(WeightTensor.ofFloats(name, tensor.shape(), tensor.toFloats())));
    Files.copy(FOLDER.resolve("config.json"), folder.resolve("config.json"));
    SafetensorsWriter.write(
        folder.resolve("diffusion_pytorch_model.safetensors"), expanded, Map.of());
    return folder;
  }

  /**
   * A GGUF file.
   *
   * @param original names by original module, each of one or several canonical ones whose rows
   *     follow each other; empty: canonical names
   */
  Path writeGguf(Path file, Map<String, List<String>> original) throws IOException {
    Map<String, WeightTensor> left = new LinkedHashMap<>(tensors);
    List<WeightTensor> written = new ArrayList<>();
    original.forEach(
        (name, parts) -> written.add(joined(name, parts.stream().map(left::remove).toList())));
    written.addAll(left.values());
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    number(head, 4, 0x46554747);
    number(head, 4, 3);
    number(head, 8, written.size());
    number(head, 8, 0);
    for (WeightTensor tensor : written) {
      byte[] name = tensor.name().getBytes(StandardCharsets.UTF_8);
      number(head, 8, name.length);
      head.writeBytes(name);
      long[] shape = tensor.shape();
      number(head, 4, shape.length);
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        number(head, 8, shape[axis]);
      }
      number(head, 4, code(tensor.type()));
      number(head, 8, data.size());
      data.writeBytes(tensor.data().toArray(ValueLayout.JAVA_BYTE));
      pad(data);
    }
    pad(head);
    head.writeBytes(data.toByteArray());
    return Files.write(file, head.toByteArray());
  }

  private static WeightTensor joined(String name, List<WeightTensor> parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long[] shape = parts.getFirst().shape();
    shape[0] = 0;
    for (WeightTensor part : parts) {
      bytes.writeBytes(part.data().toArray(ValueLayout.JAVA_BYTE));
      shape[0] += part.shape()[0];
    }
    return new WeightTensor(
        name, parts.getFirst().type(), shape, MemorySegment.ofArray(bytes.toByteArray()));
  }

  private static int code(StorageType type) {
    return switch (type) {
      case F32 -> 0;
      case Q4_0 -> 2;
      case Q8_0 -> 8;
      case Q4_K -> 12;
      default -> throw new IllegalArgumentException(type.name());
    };
  }

  private static void number(ByteArrayOutputStream out, int bytes, long value) {
    out.write(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array(), 0, bytes);
  }

  private static void pad(ByteArrayOutputStream out) {
    while (out.size() % 32 != 0) {
      out.write(0);
    }
  }
}
