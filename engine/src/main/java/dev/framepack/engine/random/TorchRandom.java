package dev.framepack.engine.random;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalDouble;

/**
 * Random numbers equal, bit for bit, to those of PyTorch's CPU generator on x86-64 with AVX2
 * (specification section 7): MT19937, and {@code torch.randn} and {@code torch.rand} for contiguous
 * float32 tensors.
 *
 * <p>One instance is one stream; it is not thread-safe. Only the low 32 bits of the seed count.
 */
public final class TorchRandom {

  private static final float FLOAT_STEP = 0x1p-24f;
  private static final double DOUBLE_STEP = 0x1p-53;

  private final int seed;
  private Mt19937 generator;
  private final float[] block = new float[BoxMuller.BLOCK];
  // The second value of the last double-precision pair; it outlives calls, large ones too.
  private OptionalDouble cachedNormal = OptionalDouble.empty();

  /**
   * The place of a stream.
   *
   * @param seed the low 32 bits of the seed
   * @param drawsConsumed 32-bit words drawn since seeding
   * @param cachedNormal a normal already computed and not yet handed out
   */
  public record State(int seed, long drawsConsumed, OptionalDouble cachedNormal) {
    public State {
      if (drawsConsumed < 0) {
        throw new IllegalArgumentException(
            "drawsConsumed: expected 0 or more, found " + drawsConsumed);
      }
    }
  }

  /** Starts the stream of {@code torch.manual_seed(seed)}. */
  public TorchRandom(long seed) {
    this.seed = (int) seed;
    this.generator = new Mt19937(this.seed);
  }

  /** A stream that continues where the snapshot was taken. */
  public static TorchRandom restore(State state) {
    TorchRandom random = new TorchRandom(state.seed());
    random.moveTo(state);
    return random;
  }

  /**
   * Goes to a place of this stream, where it continues as if it had come there by itself.
   *
   * @throws IllegalArgumentException for a place of another stream
   */
  public void moveTo(State place) {
    if (place.seed() != seed) {
      throw new IllegalArgumentException(
          "random state: expected seed %s, found %s".formatted(seed, place.seed()));
    }
    if (place.drawsConsumed() < generator.drawsConsumed()) {
      generator = new Mt19937(seed);
    }
    generator.skip(place.drawsConsumed() - generator.drawsConsumed());
    cachedNormal = place.cachedNormal();
  }

  /** The present place of this stream. */
  public State snapshot() {
    return new State(seed, generator.drawsConsumed(), cachedNormal);
  }

  /**
   * The next {@code count} standard normals, as {@code torch.randn} gives them for a tensor of that
   * many elements.
   */
  public float[] randn(long count) {
    float[] values = new float[Math.toIntExact(count)];
    randn(values);
    return values;
  }

  /** Fills the array with standard normals; its length decides the recipe, as a tensor's would. */
  public void randn(float[] destination) {
    randn(MemorySegment.ofArray(destination), destination.length);
  }

  /**
   * Writes standard normals as native-order float32.
   *
   * @param destination room for at least {@code count} floats
   * @param count number of values; fewer than 16 take the double-precision recipe
   */
  public void randn(MemorySegment destination, long count) {
    checkRoom(destination, count);
    if (count < BoxMuller.BLOCK) {
      for (long i = 0; i < count; i++) {
        put(destination, i, (float) nextDoubleNormal());
      }
      return;
    }
    long wholeBlocks = count / BoxMuller.BLOCK;
    for (long b = 0; b < wholeBlocks; b++) {
      putNormalBlock(destination, b * BoxMuller.BLOCK);
    }
    long tail = count % BoxMuller.BLOCK;
    if (tail != 0) {
      // The reference draws the tail's uniforms, then draws the last 16 places anew and transforms
      // those.
      generator.skip(tail);
      putNormalBlock(destination, count - BoxMuller.BLOCK);
    }
  }

  /** The next {@code count} uniforms in [0, 1), as {@code torch.rand} gives them. */
  public float[] rand(long count) {
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = nextFloat();
    }
    return values;
  }

  private static void checkRoom(MemorySegment destination, long count) {
    if (count < 0 || count > destination.byteSize() / Float.BYTES) {
      throw new IllegalArgumentException(
          "randn count: expected 0 to "
              + destination.byteSize() / Float.BYTES
              + " (the destination's floats), found "
              + count);
    }
  }

  private static void put(MemorySegment destination, long index, float value) {
    destination.set(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES, value);
  }

  private void putNormalBlock(MemorySegment destination, long offset) {
    for (int j = 0; j < block.length; j++) {
      block[j] = nextFloat();
    }
    BoxMuller.transform(block);
    MemorySegment.copy(
        block,
        0,
        destination,
        ValueLayout.JAVA_FLOAT_UNALIGNED,
        offset * Float.BYTES,
        block.length);
  }

  private float nextFloat() {
    return (generator.nextInt() & 0xFFFFFF) * FLOAT_STEP;
  }

  private double nextDouble() {
    return (generator.nextLong() & ((1L << 53) - 1)) * DOUBLE_STEP;
  }

  private double nextDoubleNormal() {
    if (cachedNormal.isPresent()) {
      double cached = cachedNormal.getAsDouble();
      cachedNormal = OptionalDouble.empty();
      return cached;
    }
    double u1 = nextDouble();
    double u2 = nextDouble();
    double radius = StrictMath.sqrt(-2.0 * StrictMath.log1p(-u2));
    double theta = 2.0 * Math.PI * u1;
    cachedNormal = OptionalDouble.of(radius * StrictMath.sin(theta));
    return radius * StrictMath.cos(theta) + 0.0;
  }
}
