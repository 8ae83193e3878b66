package dev.framepack.bench.soak;

import java.util.Random;

/** One kind of trouble; a round of it ends with nothing running and nothing held. */
interface Workload extends AutoCloseable {

  /** For the report. */
  String name();

  /** Does some of it and checks what came of it. */
  void round(Random random) throws Exception;

  /** Bytes of tensors it still holds after a round; a number that may not grow. */
  default long heldBytes() {
    return 0;
  }

  @Override
  default void close() {}
}
