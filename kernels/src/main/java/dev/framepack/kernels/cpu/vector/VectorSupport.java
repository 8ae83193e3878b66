package dev.framepack.kernels.cpu.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shape every kernel uses, fixed once: the compiler turns vector code into instructions
 * only when the species is a constant. A narrower one is had with the JVM's {@code
 * -XX:MaxVectorSize}.
 */
final class VectorSupport {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int LANES = SPECIES.length();
  static final ByteOrder ORDER = ByteOrder.nativeOrder();
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private static final VectorShuffle<Float> ROTATE_8 = rotation(8);
  private static final VectorShuffle<Float> ROTATE_4 = rotation(4);
  private static final VectorShuffle<Float> ROTATE_2 = rotation(2);
  private static final VectorShuffle<Float> ROTATE_1 = rotation(1);

  private VectorSupport() {}

  private static VectorShuffle<Float> rotation(int by) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane + by) % LANES);
  }

  static FloatVector load(MemorySegment from, long byteOffset) {
    return FloatVector.fromMemorySegment(SPECIES, from, byteOffset, ORDER);
  }

  static void store(FloatVector value, MemorySegment to, long byteOffset) {
    value.intoMemorySegment(to, byteOffset, ORDER);
  }

  /** The first {@code lanes} lanes, the others zero. */
  static FloatVector loadTail(MemorySegment from, long byteOffset, int lanes) {
    return FloatVector.fromMemorySegment(
        SPECIES, from, byteOffset, ORDER, SPECIES.indexInRange(0, lanes));
  }

  static void storeTail(FloatVector value, MemorySegment to, long byteOffset, int lanes) {
    value.intoMemorySegment(to, byteOffset, ORDER, SPECIES.indexInRange(0, lanes));
  }

  /**
   * Sum of the lanes as a fixed tree. {@code reduceLanes} may add in another order once compiled,
   * and results must not depend on that.
   */
  static float sum(FloatVector v) {
    FloatVector s = v;
    if (LANES > 8) {
      s = s.add(s.rearrange(ROTATE_8));
    }
    if (LANES > 4) {
      s = s.add(s.rearrange(ROTATE_4));
    }
    if (LANES > 2) {
      s = s.add(s.rearrange(ROTATE_2));
    }
    if (LANES > 1) {
      s = s.add(s.rearrange(ROTATE_1));
    }
    return s.lane(0);
  }
}
