package dev.framepack.kernels.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelForTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyTileRunsOnceInEveryJob(int threads) {
    try (ParallelFor parallel = new ParallelFor(threads)) {
      AtomicIntegerArray runs = new AtomicIntegerArray(37);
      for (int job = 1; job <= 2000; job++) {
        int tiles = 1 + job % 37;
        int before = runs.get(tiles - 1);
        parallel.run(tiles, (tile, worker) -> runs.incrementAndGet(tile));
        assertThat(runs.get(tiles - 1)).isEqualTo(before + 1);
      }
      assertThat(runs.get(0)).isEqualTo(2000);
    }
  }

  @Test
  void workerNumbersNameScratchOfOneThread() {
    try (ParallelFor parallel = new ParallelFor(3)) {
      AtomicIntegerArray inUse = new AtomicIntegerArray(3);
      AtomicIntegerArray clashes = new AtomicIntegerArray(1);
      parallel.run(
          1000,
          (tile, worker) -> {
            if (inUse.getAndIncrement(worker) != 0) {
              clashes.incrementAndGet(0);
            }
            Thread.onSpinWait();
            inUse.decrementAndGet(worker);
          });
      assertThat(clashes.get(0)).isZero();
    }
  }

  @Test
  void aFailureReachesTheCallerAndTheNextJobRuns() {
    try (ParallelFor parallel = new ParallelFor(2)) {
      assertThatThrownBy(() ->
              parallel.run(
                  64,
                  (tile, worker) -> {
                    if (tile == 13) {
                      throw new IllegalArgumentException("tile 13");
                    }
                  }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("tile 13");
      AtomicIntegerArray runs = new AtomicIntegerArray(1);
      parallel.run(64, (tile, worker) -> runs.incrementAndGet(0));
      assertThat(runs.get(0)).isEqualTo(64);
    }
  }

  @Test
  void refusesNoThreads() {
    assertThatThrownBy(() -> new ParallelFor(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1, found 0");
  }
}
