package dev.framepack.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What every refusal of a bad checkpoint must look like. */
public final class Refusal {
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final long HEAP_LIMIT_BYTES = 256L << 20;

  private Refusal() {}

  /**
   * Runs something that must be refused with {@code code}: one line of at most 400 characters that
   * contains {@code texts} and the remedy, in under 2 seconds, allocating less than 256 MB in
   * total, and a good file loads right after.
   */
  public static WeightException of(ThrowingCallable attempt, String code, String... texts) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
    long start =
        threads.getCurrentThreadCpuTime(); // not the clock: other builds may share the machine
    Throwable thrown = catchThrowable(attempt);
    Duration took = Duration.ofNanos(threads.getCurrentThreadCpuTime() - start);
    long allocated = threads.getCurrentThreadAllocatedBytes() - allocatedBefore;

    assertThat(thrown).isInstanceOf(WeightException.class);
    WeightException refusal = (WeightException) thrown;
    assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
    assertThat(refusal)
        .hasMessageStartingWith(code + ": ")
        .hasMessageContaining(refusal.remedy())
        .hasMessageMatching("\\P{Cntrl}{1,400}");
    for (String text : texts) {
      assertThat(refusal).hasMessageContaining(text);
    }
    assertThat(took).isLessThan(LIMIT);
    assertThat(allocated).isLessThan(HEAP_LIMIT_BYTES);
    goodFileLoads();
    return refusal;
  }

  private static void goodFileLoads() {
    try {
      Path good = Files.createTempFile("good", ".safetensors");
      try {
        SafetensorsWriter.write(
            good, List.of(WeightTensor.ofFloats("w", new long[] {2}, 1, -2)), Map.of());
        try (WeightFile file = WeightFile.open(good)) {
          assertThat(file.tensor("w").toFloats()).containsExactly(1, -2);
        }
      } finally {
        Files.delete(good);
      }
    } catch (IOException e) {
      throw new AssertionError("a good file must load right after", e);
    }
  }
}
