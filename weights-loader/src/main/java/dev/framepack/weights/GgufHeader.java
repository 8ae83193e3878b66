package dev.framepack.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of a GGUF file, versions 2 and 3, little endian: magic, version, counts,
 * metadata, one record a tensor, padding to the alignment, data. Checks are those of ggml's {@code
 * gguf.cpp} and the limits those of safetensors; every size is exact arithmetic, compared with the
 * length of the file before anything is allocated for it.
 */
final class GgufHeader {
  static final long MAX_TENSORS = 100_000;
  static final long MAX_METADATA = 100_000;
  private static final byte[] MAGIC = {'G', 'G', 'U', 'F'};
  private static final int MAX_NAME_BYTES = 1024;
  private static final int MAX_RANK = 8;
  private static final long MAX_METADATA_CHARS = 1 << 24;
  private static final long DEFAULT_ALIGNMENT = 32;
  private static final long MAX_ALIGNMENT = 1 << 20;
  private static final String ALIGNMENT_KEY = "general.alignment";
  private static final String SHAPE_KEY = "comfy.gguf.orig_shape.";

  /** Smallest record of a tensor: a name of one byte, no dimension. */
  private static final int LEAST_TENSOR_BYTES = 8 + 1 + 4 + 4 + 8;

  /** Smallest entry of metadata: an empty key, one byte of value. */
  private static final int LEAST_METADATA_BYTES = 8 + 4 + 1;

  private final Path file;
  private final GgufInput in;
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /** Shapes that a converter flattened, outermost first. */
  private final Map<String, long[]> shapes = new LinkedHashMap<>();

  private long alignment = DEFAULT_ALIGNMENT;
  private long metadataChars;

  private GgufHeader(Path file, GgufInput in) {
    this.file = file;
    this.in = in;
  }

  /** Whether a file begins as GGUF does; no safetensors file can. */
  static boolean isGguf(FileChannel channel) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(MAGIC.length);
    channel.read(head, 0);
    return !head.hasRemaining() && Arrays.equals(head.array(), MAGIC);
  }

  /**
   * Reads and checks the header.
   *
   * @throws WeightException {@code GGUF_*}
   */
  static FileHeader read(Path file, FileChannel channel, long fileBytes) throws IOException {
    return new GgufHeader(file, new GgufInput(file, channel, fileBytes)).read(fileBytes);
  }

  private FileHeader read(long fileBytes) throws IOException {
    in.skip(MAGIC.length, "the magic");
    long version = in.u32("the version");
    if (version != 2 && version != 3) {
      boolean swapped = version != 0 && (version & 0xFFFF) == 0;
      throw refusal(
          WeightError.GGUF_VERSION,
          swapped
              ? "is big endian, expected little endian"
              : "is version " + version + ", expected 2 or 3");
    }
    long tensors = count("tensors", MAX_TENSORS, LEAST_TENSOR_BYTES);
    long entries = count("metadata entries", MAX_METADATA, LEAST_METADATA_BYTES);
    for (long i = 0; i < entries; i++) {
      metadataEntry();
    }
    List<Tensor> infos = new ArrayList<>();
    Map<String, Tensor> byName = new LinkedHashMap<>();
    for (long i = 0; i < tensors; i++) {
      Tensor tensor = tensor();
      if (byName.put(tensor.info.name(), tensor) != null) {
        throw tensorRefusal(WeightError.GGUF_DUPLICATE, tensor.info.name(), "is there twice");
      }
      infos.add(tensor);
    }
    long dataStart = infos.isEmpty() ? in.position() : padded(in.position());
    if (dataStart > fileBytes) {
      throw refusal(
          WeightError.GGUF_TRUNCATED,
          "the data begin at byte %s, the file has %s".formatted(dataStart, fileBytes));
    }
    return new FileHeader(layout(infos, fileBytes - dataStart), metadata, dataStart);
  }

  /** A count, which the rest of the file must have room for. */
  private long count(String what, long limit, int leastBytes) throws IOException {
    long count = in.u64("the number of " + what);
    if (count < 0 || count > limit || count * leastBytes > in.remaining()) {
      throw refusal(
          WeightError.GGUF_LIMIT,
          "says it has %s %s, limit %s and what fits %s bytes"
              .formatted(Long.toUnsignedString(count), what, limit, in.remaining()));
    }
    return count;
  }

  private void metadataEntry() throws IOException {
    String key = in.text(MAX_NAME_BYTES, "a metadata key");
    GgufInput.Value value = in.value(key);
    metadataChars += key.length() + value.text().length();
    if (metadataChars > MAX_METADATA_CHARS) {
      throw refusal(
          WeightError.GGUF_LIMIT,
          "has more than %s characters of metadata".formatted(MAX_METADATA_CHARS));
    }
    if (metadata.put(key, value.text()) != null) {
      throw refusal(
          WeightError.GGUF_DUPLICATE, "metadata %s is there twice".formatted(quoted(key)));
    }
    if (key.equals(ALIGNMENT_KEY)) {
      long stated = value.integers().length == 1 ? value.integers()[0] : -1;
      if (stated < 8 || stated > MAX_ALIGNMENT || Long.bitCount(stated) != 1) {
        throw refusal(
            WeightError.GGUF_METADATA,
            "%s is %s, expected a power of two from 8 to %s"
                .formatted(key, quoted(value.text()), MAX_ALIGNMENT));
      }
      alignment = stated;
    } else if (key.startsWith(SHAPE_KEY)) {
      shapes.put(key.substring(SHAPE_KEY.length()), value.integers());
    }
  }

  private record Tensor(TensorInfo info, long offset, long bytes) {}

  private Tensor tensor() throws IOException {
    String name = in.text(MAX_NAME_BYTES, "a tensor's name");
    if (name.isEmpty()) {
      throw refusal(WeightError.GGUF_TENSOR_NAME, "a tensor has no name");
    }
    long rank = in.u32("the rank of " + quoted(name));
    if (rank > MAX_RANK) {
      throw tensorRefusal(
          WeightError.GGUF_SHAPE, name, "has rank %s, limit %s".formatted(rank, MAX_RANK));
    }
    long[] shape = new long[(int) rank];
    for (int axis = shape.length - 1; axis >= 0; axis--) { // the file has the fastest first
      shape[axis] = in.u64("the shape of " + quoted(name));
    }
    long code = in.u32("the type of " + quoted(name));
    StorageType type = GgufType.byCode(code);
    if (type == null) {
      throw tensorRefusal(
          WeightError.GGUF_TYPE,
          name,
          "is %s, expected one of %s".formatted(GgufType.describe(code), GgufType.supported()));
    }
    long offset = in.u64("the offset of " + quoted(name));
    long elements = elements(name, shape);
    if (shape.length > 0 && shape[shape.length - 1] % type.blockElements() != 0) {
      throw tensorRefusal(
          WeightError.GGUF_SHAPE,
          name,
          "has rows of %s elements, %s has blocks of %s"
              .formatted(shape[shape.length - 1], type, type.blockElements()));
    }
    if (elements % type.blockElements() != 0) {
      throw tensorRefusal(
          WeightError.GGUF_SHAPE, name, "has %s elements, no whole blocks".formatted(elements));
    }
    long bytes;
    try {
      bytes = type.bits(elements) / 8;
    } catch (ArithmeticException e) {
      throw tensorRefusal(
          WeightError.GGUF_SHAPE, name, "takes more than 2^63-1 bits: " + Arrays.toString(shape));
    }
    return new Tensor(new TensorInfo(name, type, original(name, shape, elements)), offset, bytes);
  }

  private long elements(String name, long[] shape) {
    long elements = 1;
    for (long size : shape) {
      if (size < 0 || Math.multiplyHigh(elements, size) != 0 || elements * size < 0) {
        throw tensorRefusal(
            WeightError.GGUF_SHAPE,
            name,
            "has more than 2^63-1 elements: " + Arrays.toString(shape));
      }
      elements *= size;
    }
    return elements;
  }

  /** The shape before a converter flattened it, where the metadata know it. */
  private long[] original(String name, long[] shape, long elements) {
    long @Nullable [] known = shapes.get(name);
    if (known == null) {
      return shape;
    }
    long product = 1;
    for (long size : known) {
      if (size < 1 || size > elements / product) {
        product = -1;
        break;
      }
      product *= size;
    }
    if (known.length == 0 || known.length > MAX_RANK || product != elements) {
      throw tensorRefusal(
          WeightError.GGUF_METADATA,
          name,
          "is %s, metadata say it was %s"
              .formatted(Arrays.toString(shape), Arrays.toString(known)));
    }
    return known;
  }

  /** Tensors lie in their order, each at the next multiple of the alignment. */
  private Map<String, FileHeader.Entry> layout(List<Tensor> tensors, long dataBytes) {
    Map<String, FileHeader.Entry> entries = LinkedHashMap.newLinkedHashMap(tensors.size());
    long next = 0;
    long end = 0;
    for (Tensor tensor : tensors) {
      String name = tensor.info.name();
      if (tensor.offset != next) {
        throw tensorRefusal(
            WeightError.GGUF_OFFSETS,
            name,
            "begins at byte %s of the data, expected %s"
                .formatted(Long.toUnsignedString(tensor.offset), next));
      }
      if (tensor.bytes > dataBytes - next) {
        throw tensorRefusal(
            WeightError.GGUF_TRUNCATED,
            name,
            "takes bytes %s to %s of the data, the file has %s"
                .formatted(next, Long.toUnsignedString(next + tensor.bytes), dataBytes));
      }
      end = next + tensor.bytes;
      entries.put(name, new FileHeader.Entry(tensor.info, next, end));
      next = padded(end);
    }
    if (dataBytes > next) {
      throw refusal(
          WeightError.GGUF_FILE_LENGTH,
          "the tensors take %s bytes, the file has %s after its header".formatted(next, dataBytes));
    }
    return entries;
  }

  private long padded(long position) {
    return Math.addExact(position, alignment - 1) / alignment * alignment;
  }

  private static String quoted(String text) {
    return MessageText.quote(text, 60);
  }

  private WeightException refusal(WeightError error, String problem) {
    return WeightException.in(error, file, problem);
  }

  private WeightException tensorRefusal(WeightError error, String tensor, String problem) {
    return WeightException.inTensor(error, file, tensor, problem);
  }
}
