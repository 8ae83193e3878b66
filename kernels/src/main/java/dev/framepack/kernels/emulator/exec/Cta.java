package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.emulator.memory.LaneOrder;
import dev.framepack.kernels.emulator.memory.SharedMemory;
import dev.framepack.kernels.gpu.device.Dim3;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A block: warps, barriers, shared memory. Kept and reset between blocks, because making its
 * registers costs more than a small block runs.
 */
public final class Cta {
  /** Where the window of shared memory begins, as on hardware. */
  public static final int SHARED_BASE = 1024;

  private final Program program;
  private final Dim3 block;
  private final Warp[] warps;
  private final Clocks clocks;
  private final SharedMemory shared;
  private final NamedBarrier[] barriers = new NamedBarrier[16];
  private final @Nullable MemoryCounters counters;
  private final @Nullable LaneOrder laneOrder;
  private final long[] counts;
  private final int[] initTemplate;
  private @Nullable LaunchContext launch;
  private @Nullable OperandCache operands;
  private @Nullable Asynchronous asynchronous;
  private Cta[] cluster = {this};
  private int clusterRank;
  private long linear;
  private int x;
  private int y;
  private int z;

  /**
   * @param sharedBytes static and dynamic shared memory
   */
  Cta(Program program, Dim3 block, int sharedBytes, EmulatorOptions options) {
    this.program = program;
    this.block = block;
    this.counts = new long[program.code().length];
    this.initTemplate = program.slots().initTemplate();
    int threads = Math.toIntExact(block.count());
    warps = new Warp[Math.ceilDiv(threads, Warp.LANES)];
    clocks = new Clocks(warps.length);
    for (int w = 0; w < warps.length; w++) {
      warps[w] = new Warp(this, w, program, counts);
    }
    shared = new SharedMemory(sharedBytes, program.sharedGranule(), program.partialOrder(), clocks);
    counters = options.profile() ? new MemoryCounters(program.code().length) : null;
    laneOrder = options.laneExchangeIsError() ? new LaneOrder(sharedBytes, clocks) : null;
    for (int b = 0; b < barriers.length; b++) {
      barriers[b] = new NamedBarrier(this, b);
    }
    fillThreadSpecials();
  }

  /**
   * Begins a block of a launch.
   *
   * @param blocks those of its cluster, by rank
   */
  void begin(
      LaunchContext context,
      OperandCache cache,
      Cta[] blocks,
      int rank,
      int blockX,
      int blockY,
      int blockZ) {
    launch = context;
    operands = cache;
    cluster = blocks;
    clusterRank = rank;
    Dim3 grid = context.grid();
    x = blockX;
    y = blockY;
    z = blockZ;
    linear = x + (long) grid.x() * (y + (long) grid.y() * z);
    asynchronous = null;
    clocks.reset();
    shared.reset(context.options().checks());
    for (NamedBarrier barrier : barriers) {
      barrier.reset();
    }
    int threads = Math.toIntExact(block.count());
    for (Warp warp : warps) {
      int lanes = Math.min(Warp.LANES, threads - warp.index * Warp.LANES);
      warp.reset(initTemplate, lanes == Warp.LANES ? -1 : (1 << lanes) - 1);
    }
    fillBlockSpecials(grid);
  }

  private void fillThreadSpecials() {
    for (Map.Entry<String, Slot> special : program.specials().entrySet()) {
      for (Warp warp : warps) {
        for (int l = 0; l < Warp.LANES; l++) {
          int thread = warp.index * Warp.LANES + l;
          Integer value =
              switch (special.getKey()) {
                case "tid.x" -> thread % block.x();
                case "tid.y" -> thread / block.x() % block.y();
                case "tid.z" -> thread / block.x() / block.y();
                case "ntid.x" -> block.x();
                case "ntid.y" -> block.y();
                case "ntid.z" -> block.z();
                case "laneid" -> l;
                case "warpid" -> warp.index;
                case "nwarpid" -> warps.length;
                case "lanemask_eq" -> 1 << l;
                case "lanemask_lt" -> (1 << l) - 1;
                case "lanemask_le" -> (2 << l) - 1;
                case "lanemask_gt" -> -(2 << l);
                case "lanemask_ge" -> -(1 << l);
                case "total_smem_size" -> shared.byteSize();
                case "dynamic_smem_size" ->
                    Math.max(0, shared.byteSize() - Program.dynamicSharedOffset(program.entry()));
                default -> null;
              };
          if (value != null) {
            warp.r[special.getValue().base() + l] = value;
          }
        }
      }
    }
  }

  private void fillBlockSpecials(Dim3 grid) {
    List<Integer> sizes = program.entry().clusterSize();
    int clusterX = sizes.isEmpty() ? 1 : sizes.get(0);
    int clusterY = sizes.size() > 1 ? sizes.get(1) : 1;
    int clusterZ = sizes.size() > 2 ? sizes.get(2) : 1;
    for (Map.Entry<String, Slot> special : program.specials().entrySet()) {
      Integer value =
          switch (special.getKey()) {
            case "ctaid.x" -> x;
            case "ctaid.y" -> y;
            case "ctaid.z" -> z;
            case "nctaid.x" -> grid.x();
            case "nctaid.y" -> grid.y();
            case "nctaid.z" -> grid.z();
            case "smid" -> (int) (linear % launch().options().multiprocessors());
            case "nsmid" -> launch().options().multiprocessors();
            case "clusterid.x" -> x / clusterX;
            case "clusterid.y" -> y / clusterY;
            case "clusterid.z" -> z / clusterZ;
            case "nclusterid.x" -> grid.x() / clusterX;
            case "nclusterid.y" -> grid.y() / clusterY;
            case "nclusterid.z" -> grid.z() / clusterZ;
            case "cluster_ctaid.x" -> x % clusterX;
            case "cluster_ctaid.y" -> y % clusterY;
            case "cluster_ctaid.z" -> z % clusterZ;
            case "cluster_nctaid.x" -> clusterX;
            case "cluster_nctaid.y" -> clusterY;
            case "cluster_nctaid.z" -> clusterZ;
            case "cluster_ctarank" ->
                x % clusterX + clusterX * (y % clusterY + clusterY * (z % clusterZ));
            case "cluster_nctarank" -> clusterX * clusterY * clusterZ;
            default -> null;
          };
      if (value != null) {
        int base = special.getValue().base();
        for (Warp warp : warps) {
          Arrays.fill(warp.r, base, base + Warp.LANES, value);
        }
      }
    }
  }

  public Program program() {
    return program;
  }

  public LaunchContext launch() {
    if (launch == null) {
      throw new IllegalStateException("Cta: no launch has begun");
    }
    return launch;
  }

  /** The ranges of the launch's operands, as this block looks them up. */
  public OperandCache operands() {
    if (operands == null) {
      throw new IllegalStateException("Cta: no launch has begun");
    }
    return operands;
  }

  public SharedMemory shared() {
    return shared;
  }

  /** Null unless the options ask for a profile. */
  public @Nullable MemoryCounters counters() {
    return counters;
  }

  /** Null unless the options ask for the order of lanes. */
  @Nullable LaneOrder laneOrder() {
    return laneOrder;
  }

  public Clocks clocks() {
    return clocks;
  }

  public Warp[] warps() {
    return warps;
  }

  NamedBarrier barrier(int number) {
    return barriers[number];
  }

  /** The blocks of its cluster, by rank; itself alone without clusters. */
  public Cta[] cluster() {
    return cluster;
  }

  public int clusterRank() {
    return clusterRank;
  }

  /** Linear index of the block in its grid, x fastest. */
  public long linearIndex() {
    return linear;
  }

  void clearCounts() {
    Arrays.fill(counts, 0);
    if (counters != null) {
      counters.clear();
    }
  }

  long[] counts() {
    return counts;
  }

  /** State of asynchronous operations of this block, made at first use; forgotten at its end. */
  public <T extends Asynchronous> T asynchronous(
      Class<T> type, java.util.function.Function<Cta, T> create) {
    Asynchronous state = asynchronous;
    if (state == null) {
      T made = create.apply(this);
      asynchronous = made;
      return made;
    }
    return type.cast(state);
  }

  /** Lets one asynchronous operation take effect; false when none is under way. */
  boolean advance() {
    return asynchronous != null && asynchronous.advance();
  }

  /** All warps of the cluster have ended. */
  void finish() {
    if (asynchronous != null) {
      asynchronous.finish();
    }
  }

  int liveLanes() {
    int lanes = 0;
    for (Warp warp : warps) {
      lanes += Integer.bitCount(warp.live());
    }
    return lanes;
  }

  void onWarpExit(Warp warp) {
    for (NamedBarrier barrier : barriers) {
      barrier.completeIfAll();
    }
  }

  String where() {
    return "block (%s,%s,%s)".formatted(x, y, z);
  }

  String threadText(int thread) {
    return "%s,%s,%s"
        .formatted(
            thread % block.x(), thread / block.x() % block.y(), thread / block.x() / block.y());
  }
}
