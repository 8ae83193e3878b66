package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.memory.SharedMemory;
import java.util.Arrays;

/**
 * Vector clocks of a block's warps: what each warp knows to have happened. An access of warp v at
 * clock c is ordered before warp w's next one when {@code of(w)[v] >= c}.
 */
public final class Clocks implements SharedMemory.Order {
  private final int[][] clocks;
  private int generation = 1;

  Clocks(int warps) {
    clocks = new int[warps][warps];
  }

  /** Begins a new block; the generation only grows, so that old records count as ordered. */
  void reset() {
    generation++;
    for (int w = 0; w < clocks.length; w++) {
      Arrays.fill(clocks[w], 0);
      clocks[w][w] = 1;
    }
  }

  @Override
  public int warps() {
    return clocks.length;
  }

  /** Grows at each synchronisation of all warps; everything of an earlier one is ordered. */
  @Override
  public int generation() {
    return generation;
  }

  /** The clock of warp w as w knows it. */
  @Override
  public int now(int w) {
    return clocks[w][w];
  }

  /** True when warp {@code w} knows of warp {@code v}'s accesses at {@code clock}. */
  @Override
  public boolean isOrdered(int w, int v, int clock) {
    return clocks[w][v] >= clock;
  }

  /** What w knows now, to be handed to whoever acquires it; w's later accesses are not in it. */
  public int[] release(int w) {
    int[] snapshot = clocks[w].clone();
    clocks[w][w]++;
    return snapshot;
  }

  /** Up to which clock of {@code other} warp {@code w} knows its accesses. */
  public int known(int w, int other) {
    return clocks[w][other];
  }

  /** What warp w does from now on comes after what its lanes did, which met. */
  void advance(int w) {
    clocks[w][w]++;
  }

  /** Adds {@code more} to what a released snapshot knows. */
  public static void join(int[] snapshot, int[] more) {
    for (int v = 0; v < snapshot.length; v++) {
      snapshot[v] = Math.max(snapshot[v], more[v]);
    }
  }

  /** Warp w learns a released snapshot. */
  public void acquire(int w, int[] snapshot) {
    join(clocks[w], snapshot);
  }

  /** All warps have met. */
  void synchroniseAll() {
    generation++;
  }
}
