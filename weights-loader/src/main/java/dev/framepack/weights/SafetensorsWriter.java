package dev.framepack.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes safetensors files as the reference writer does: widest types first, then by name, header
 * padded with spaces to 8 bytes. A file appears under its name only when whole; one that stood
 * there before is replaced, and a mapping of it keeps its old content.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT_BYTES = 8;
  private static final int SLICE_BYTES = 1 << 26;
  private static final Comparator<TensorInfo> FILE_ORDER =
      Comparator.comparingInt((TensorInfo info) -> -info.type().bits())
          .thenComparing(TensorInfo::name);

  private SafetensorsWriter() {}

  /**
   * Writes tensors with their data.
   *
   * @throws IllegalArgumentException when two tensors share a name or one is quantised
   * @throws IOException when the file cannot be written; nothing is left behind
   */
  public static void write(
      Path file, Collection<WeightTensor> tensors, Map<String, String> metadata)
      throws IOException {
    List<WeightTensor> ordered = ordered(tensors);
    byte[] header = header(ordered.stream().map(WeightTensor::info).toList(), metadata);
    writeAtomically(
        file,
        channel -> {
          writeFully(channel, ByteBuffer.wrap(header));
          for (WeightTensor tensor : ordered) {
            long bytes = tensor.data().byteSize();
            for (long position = 0; position < bytes; position += SLICE_BYTES) {
              long length = Math.min(SLICE_BYTES, bytes - position);
              writeFully(channel, tensor.data().asSlice(position, length).asByteBuffer());
            }
          }
        });
  }

  /**
   * The bytes of a file, for those who write it themselves.
   *
   * @throws IllegalArgumentException when two tensors share a name
   */
  public static byte[] encode(Collection<WeightTensor> tensors, Map<String, String> metadata) {
    List<WeightTensor> ordered = ordered(tensors);
    byte[] header = header(ordered.stream().map(WeightTensor::info).toList(), metadata);
    long bytes = ordered.stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
    ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(header.length + bytes));
    file.put(header);
    ordered.forEach(tensor -> file.put(tensor.data().asByteBuffer()));
    return file.array();
  }

  private static List<WeightTensor> ordered(Collection<WeightTensor> tensors) {
    List<WeightTensor> ordered = new ArrayList<>(tensors);
    ordered.sort(Comparator.comparing(WeightTensor::info, FILE_ORDER));
    return ordered;
  }

  /**
   * Writes a file of full length whose data is a hole: every value reads as zero and, on a file
   * system with sparse files, takes no space. For tests of real-size checkpoints.
   */
  public static void writeHeaderOnly(
      Path file, Collection<TensorInfo> tensors, Map<String, String> metadata) throws IOException {
    List<TensorInfo> ordered = new ArrayList<>(tensors);
    ordered.sort(FILE_ORDER);
    byte[] header = header(ordered, metadata);
    long dataBytes = ordered.stream().mapToLong(TensorInfo::byteSize).sum();
    writeAtomically(
        file,
        channel -> {
          writeFully(channel, ByteBuffer.wrap(header));
          if (dataBytes > 0) {
            channel.position(header.length + dataBytes - 1);
            writeFully(channel, ByteBuffer.allocate(1));
          }
        });
  }

  /**
   * Writes {@code shards} header-only files {@code stem-0000i-of-0000n.safetensors} and their index
   * into {@code folder}, tensors dealt in order so that the shards hold about the same bytes.
   *
   * @return the index
   */
  public static Path writeHeaderOnlyShards(
      Path folder, String stem, List<TensorInfo> tensors, int shards) throws IOException {
    long total = tensors.stream().mapToLong(TensorInfo::byteSize).sum();
    List<List<TensorInfo>> groups = new ArrayList<>();
    for (int i = 0; i < shards; i++) {
      groups.add(new ArrayList<>());
    }
    double before = 0;
    for (TensorInfo tensor : tensors) {
      groups.get((int) Math.min(shards - 1, (long) (before / total * shards))).add(tensor);
      before += tensor.byteSize();
    }
    Path index = folder.resolve(stem + ShardIndex.SUFFIX);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator json =
        JsonFactory.builder().build().createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeObjectPropertyStart("metadata");
      json.writeNumberProperty("total_size", total);
      json.writeEndObject();
      json.writeObjectPropertyStart("weight_map");
      for (int i = 0; i < shards; i++) {
        String name =
            String.format(Locale.ROOT, "%s-%05d-of-%05d.safetensors", stem, i + 1, shards);
        writeHeaderOnly(folder.resolve(name), groups.get(i), Map.of("format", "pt"));
        groups.get(i).forEach(tensor -> json.writeStringProperty(tensor.name(), name));
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    writeAtomically(index, channel -> writeFully(channel, ByteBuffer.wrap(text.toByteArray())));
    return index;
  }

  /** Length field, JSON and padding. */
  private static byte[] header(List<TensorInfo> ordered, Map<String, String> metadata) {
    requireUniqueNames(ordered);
    for (TensorInfo info : ordered) {
      if (info.type().isQuantised()) {
        throw new IllegalArgumentException("safetensors has no type for " + info);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[SafetensorsHeader.LENGTH_BYTES]);
    try (JsonGenerator json =
        JsonFactory.builder().build().createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectPropertyStart("__metadata__");
        metadata.forEach(json::writeStringProperty);
        json.writeEndObject();
      }
      long begin = 0;
      for (TensorInfo tensor : ordered) {
        json.writeObjectPropertyStart(tensor.name());
        json.writeStringProperty("dtype", tensor.type().name());
        json.writeName("shape");
        json.writeArray(tensor.shape(), 0, tensor.shape().length);
        json.writeName("data_offsets");
        long end = begin + tensor.byteSize();
        json.writeArray(new long[] {begin, end}, 0, 2);
        json.writeEndObject();
        begin = end;
      }
      json.writeEndObject();
    }
    while (out.size() % ALIGNMENT_BYTES != 0) {
      out.write(' ');
    }
    byte[] header = out.toByteArray();
    ByteBuffer.wrap(header)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(0, header.length - SafetensorsHeader.LENGTH_BYTES);
    return header;
  }

  private static void requireUniqueNames(List<TensorInfo> tensors) {
    Set<String> names = new HashSet<>();
    for (TensorInfo tensor : tensors) {
      if (!names.add(tensor.name())) {
        throw new IllegalArgumentException("two tensors are named " + tensor.name());
      }
    }
  }

  @FunctionalInterface
  private interface Body {
    void writeTo(FileChannel channel) throws IOException;
  }

  private static void writeAtomically(Path file, Body body) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      try (FileChannel channel =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        body.writeTo(channel);
        channel.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
