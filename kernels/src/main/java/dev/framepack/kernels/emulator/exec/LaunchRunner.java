package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.gpu.device.Dim3;
import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs launches of one program; keeps its blocks' registers and shared memory for the next one. */
public final class LaunchRunner {
  /** Instructions of one cluster above which a second thread pays. */
  private static final long WORTH_A_THREAD = 2000;

  private record Shape(Dim3 block, int sharedBytes) {}

  private final Program program;
  private final int[] clusterSize;
  private final Map<Shape, SoftReference<ArrayDeque<Cta>>> idle = new HashMap<>();
  private volatile long instructionsPerCluster;

  public LaunchRunner(Program program) {
    this.program = program;
    List<Integer> sizes = program.entry().clusterSize();
    this.clusterSize =
        new int[] {
          sizes.isEmpty() ? 1 : sizes.get(0),
          sizes.size() > 1 ? sizes.get(1) : 1,
          sizes.size() > 2 ? sizes.get(2) : 1
        };
  }

  public Program program() {
    return program;
  }

  /** Extent of a cluster in x, y, z. */
  public int[] clusterSize() {
    return clusterSize.clone();
  }

  /**
   * Runs every block.
   *
   * @param pool threads for large launches
   */
  public Execution run(LaunchContext launch, int sharedBytes, ExecutorService pool) {
    Shape shape = new Shape(launch.block(), sharedBytes);
    int clusters = Math.toIntExact(launch.grid().count() / clusterBlocks());
    int[] order = order(launch.options(), clusters);
    AtomicInteger next = new AtomicInteger();
    int workers = workers(launch, clusters);
    List<Execution> counts = new ArrayList<>();
    if (workers == 1) {
      counts.add(work(launch, shape, order, next));
    } else {
      runParallel(launch, shape, order, next, workers, pool, counts);
    }
    Execution total = counts.getFirst();
    for (Execution more : counts.subList(1, counts.size())) {
      total.add(more);
    }
    instructionsPerCluster = Arrays.stream(total.counts()).sum() / clusters;
    return total;
  }

  private int workers(LaunchContext launch, int clusters) {
    boolean alone = program.globalAtomics() || instructionsPerCluster < WORTH_A_THREAD;
    return alone ? 1 : Math.min(launch.options().workers(), clusters);
  }

  private void runParallel(
      LaunchContext launch,
      Shape shape,
      int[] order,
      AtomicInteger next,
      int workers,
      ExecutorService pool,
      List<Execution> counts) {
    List<Future<Execution>> others = new ArrayList<>();
    for (int i = 1; i < workers; i++) {
      others.add(pool.submit(() -> work(launch, shape, order, next)));
    }
    RuntimeException failure = null;
    try {
      counts.add(work(launch, shape, order, next));
    } catch (RuntimeException e) {
      failure = e;
    }
    for (Future<Execution> other : others) {
      try {
        counts.add(other.get());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while a launch ran", e);
      } catch (ExecutionException e) {
        if (failure == null && e.getCause() instanceof RuntimeException cause) {
          failure = cause;
        } else if (failure == null) {
          failure = new IllegalStateException(e.getCause());
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private int clusterBlocks() {
    return clusterSize[0] * clusterSize[1] * clusterSize[2];
  }

  private static int[] order(EmulatorOptions options, int clusters) {
    if (options.schedule() != EmulatorOptions.Schedule.RANDOM) {
      return new int[] {clusters};
    }
    int[] order = new int[clusters];
    Arrays.setAll(order, i -> i);
    SplittableRandom random = new SplittableRandom(options.seed());
    for (int i = clusters - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }

  /** Takes clusters until none is left. */
  private Execution work(LaunchContext launch, Shape shape, int[] order, AtomicInteger next) {
    Cta[] cluster = new Cta[clusterBlocks()];
    for (int i = 0; i < cluster.length; i++) {
      cluster[i] = take(shape, launch.options());
      cluster[i].clearCounts();
    }
    boolean random = launch.options().schedule() == EmulatorOptions.Schedule.RANDOM;
    int clusters = random ? order.length : order[0];
    OperandCache cache = new OperandCache(launch.operands(), program.code().length);
    Scheduler scheduler = new Scheduler(cluster, launch.options());
    try {
      for (int i = next.getAndIncrement(); i < clusters; i = next.getAndIncrement()) {
        int index = random ? order[i] : i;
        begin(launch, cache, cluster, index);
        scheduler.run(index);
      }
    } catch (RuntimeException e) {
      next.set(clusters);
      throw e;
    }
    Execution total = Execution.none(program.code().length, launch.options());
    for (Cta cta : cluster) {
      total.add(new Execution(cta.counts(), cta.counters()));
      give(shape, cta);
    }
    return total;
  }

  private void begin(LaunchContext launch, OperandCache cache, Cta[] cluster, int index) {
    Dim3 grid = launch.grid();
    int acrossX = grid.x() / clusterSize[0];
    int acrossY = grid.y() / clusterSize[1];
    int baseX = index % acrossX * clusterSize[0];
    int baseY = index / acrossX % acrossY * clusterSize[1];
    int baseZ = index / acrossX / acrossY * clusterSize[2];
    for (int rank = 0; rank < cluster.length; rank++) {
      int x = baseX + rank % clusterSize[0];
      int y = baseY + rank / clusterSize[0] % clusterSize[1];
      int z = baseZ + rank / clusterSize[0] / clusterSize[1];
      cluster[rank].begin(launch, cache, cluster, rank, x, y, z);
    }
  }

  private Cta take(Shape shape, EmulatorOptions options) {
    synchronized (idle) {
      SoftReference<ArrayDeque<Cta>> kept = idle.get(shape);
      ArrayDeque<Cta> known = kept == null ? null : kept.get();
      if (known != null && !known.isEmpty()) {
        return known.pop();
      }
    }
    return new Cta(program, shape.block, shape.sharedBytes, options);
  }

  private void give(Shape shape, Cta cta) {
    synchronized (idle) {
      if (idle.size() > 4) {
        idle.clear();
      }
      SoftReference<ArrayDeque<Cta>> kept = idle.get(shape);
      ArrayDeque<Cta> known = kept == null ? null : kept.get();
      if (known == null) {
        known = new ArrayDeque<>();
        idle.put(shape, new SoftReference<>(known));
      }
      known.push(cta);
    }
  }
}
