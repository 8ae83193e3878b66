package dev.framepack.bench.reproduce.length;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who works when: all lengths once a cycle. */
@Timeout(60)
final class ReproduceLengthTurnsTest {
  private static final int RUNS = 3;
  private static final int CYCLES = 40;

  @Test
  void everyRunHasOneTurnInEveryCycle() throws InterruptedException {
    SectionTurns turns = new SectionTurns(RUNS, new Random(1));
    List<Integer> order = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      int number = run;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < CYCLES; i++) {
                  turns.await(number);
                  order.add(number); // guarded by the turn
                  if (i < CYCLES - 1) {
                    turns.pass();
                  }
                }
                turns.leave(number);
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(order).hasSize(RUNS * CYCLES);
    for (int i = 0; i < order.size(); i += RUNS) {
      assertThat(order.subList(i, i + RUNS)).containsExactlyInAnyOrder(0, 1, 2);
    }
    List<List<Integer>> cycles = new ArrayList<>();
    for (int i = 0; i < order.size(); i += RUNS) {
      cycles.add(List.copyOf(order.subList(i, i + RUNS)));
    }
    assertThat(cycles.stream().distinct().count()).as("orders drawn").isEqualTo(6);
  }

  @Test
  void aFailureEndsAllAndIsThrown() {
    SectionTurns turns = new SectionTurns(2, new Random(1));
    turns.throwFailure();
    IllegalStateException first = new IllegalStateException("first");
    turns.stop(first);
    turns.stop(new IllegalStateException("second"));
    assertThatThrownBy(() -> turns.await(0)).isInstanceOf(CancellationException.class);
    assertThatThrownBy(() -> turns.await(1)).isInstanceOf(CancellationException.class);
    assertThatThrownBy(turns::throwFailure).isSameAs(first);
  }
}
