package dev.framepack.bench.reproduce.length;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Lets several runs, each on a thread of its own, take turns: one works, the others wait. All come
 * once in a cycle, in an order drawn anew for each, so that none always follows the same other.
 */
final class SectionTurns {
  private final Random random;
  private final List<Integer> members;
  private final Deque<Integer> cycle = new ArrayDeque<>();
  private int current;
  private @Nullable Throwable failure;

  /**
   * @param count of runs, numbered from 0
   */
  SectionTurns(int count, Random random) {
    this.random = random;
    this.members = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    this.current = draw();
  }

  private int draw() {
    if (cycle.isEmpty()) {
      List<Integer> order = new ArrayList<>(members);
      Collections.shuffle(order, random);
      cycle.addAll(order);
    }
    return cycle.removeFirst();
  }

  /**
   * Returns when it is a run's turn.
   *
   * @throws CancellationException when another run failed
   */
  synchronized void await(int run) {
    try {
      while (current != run && failure == null) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop(e);
    }
    if (failure != null) {
      throw new CancellationException("another length was stopped");
    }
  }

  /** Gives the turn away, perhaps to itself. */
  synchronized void pass() {
    current = draw();
    notifyAll();
  }

  /** A run whose turn it is takes no more of them. */
  synchronized void leave(int run) {
    members.remove(Integer.valueOf(run));
    cycle.remove(run);
    if (!members.isEmpty()) {
      pass();
    }
  }

  /** Nobody gets another turn. The first failure counts. */
  synchronized void stop(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
    notifyAll();
  }

  /** What stopped the runs is thrown, if anything did. */
  synchronized void throwFailure() {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }
}
