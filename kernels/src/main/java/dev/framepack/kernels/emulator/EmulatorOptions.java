package dev.framepack.kernels.emulator;

/**
 * How a device is emulated.
 *
 * @param computeCapability ten times major plus minor
 * @param archSpecific whether {@code sm_XXa} code runs
 * @param totalBytes device memory; an allocation beyond it fails
 * @param checks race, initialisation and operand checks; bounds are always checked
 * @param schedule order of warps
 * @param completion when asynchronous operations take effect
 * @param seed of the random modes, and of the jitter
 * @param jitterUlps largest random error added to approximate functions, in units of the last place
 * @param laneExchangeIsError shared memory passed between lanes of a warp needs bar.warp.sync
 * @param profile counts bank conflicts and sectors of each memory instruction
 * @param workers threads that run the blocks of one launch
 * @param instructionLimit warp instructions of one block after which it counts as runaway
 */
public record EmulatorOptions(
    int computeCapability,
    boolean archSpecific,
    int multiprocessors,
    int sharedBytesPerBlock,
    long totalBytes,
    boolean checks,
    Schedule schedule,
    Completion completion,
    long seed,
    int jitterUlps,
    boolean laneExchangeIsError,
    boolean profile,
    int workers,
    long instructionLimit) {

  /** Order in which the warps of a block advance. */
  public enum Schedule {
    /** A warp runs until it blocks; fastest. */
    RUN_TO_BLOCK,
    /** One instruction of each warp in turn. */
    ROUND_ROBIN,
    /** Random warp, random stretch; also the order of blocks. */
    RANDOM
  }

  /** When an asynchronous copy or matrix product takes effect. */
  public enum Completion {
    /** At the last moment the rules allow. */
    LATEST,
    /** At once. */
    EARLIEST,
    RANDOM
  }

  /** An H200 as far as a kernel can tell: sm_90a, 132 multiprocessors, 227 KiB shared. */
  public static EmulatorOptions defaults() {
    return new EmulatorOptions(
        90,
        true,
        132,
        227 * 1024,
        8L << 30,
        true,
        Schedule.RUN_TO_BLOCK,
        Completion.LATEST,
        0,
        0,
        false,
        false,
        1,
        1L << 33);
  }

  public EmulatorOptions withCapability(int capability, boolean specific) {
    return new EmulatorOptions(
        capability,
        specific,
        multiprocessors,
        capability >= 90 ? 227 * 1024 : 163 * 1024,
        totalBytes,
        checks,
        schedule,
        completion,
        seed,
        jitterUlps,
        laneExchangeIsError,
        profile,
        workers,
        instructionLimit);
  }

  public EmulatorOptions withTotalBytes(long bytes) {
    return new EmulatorOptions(
        computeCapability,
        archSpecific,
        multiprocessors,
        sharedBytesPerBlock,
        bytes,
        checks,
        schedule,
        completion,
        seed,
        jitterUlps,
        laneExchangeIsError,
        profile,
        workers,
        instructionLimit);
  }

  public EmulatorOptions withChecks(boolean on) {
    return new EmulatorOptions(
        computeCapability,
        archSpecific,
        multiprocessors,
        sharedBytesPerBlock,
        totalBytes,
        on,
        schedule,
        completion,
        seed,
        jitterUlps,
        laneExchangeIsError,
        profile,
        workers,
        instructionLimit);
  }

  public EmulatorOptions withSchedule(Schedule order, Completion moment, long newSeed) {
    return new EmulatorOptions(
        computeCapability,
        archSpecific,
        multiprocessors,
        sharedBytesPerBlock,
        totalBytes,
        checks,
        order,
        moment,
        newSeed,
        jitterUlps,
        laneExchangeIsError,
        profile,
        workers,
        instructionLimit);
  }

  public EmulatorOptions withJitterUlps(int ulps) {
    return new EmulatorOptions(
        computeCapability,
        archSpecific,
        multiprocessors,
        sharedBytesPerBlock,
        totalBytes,
        checks,
        schedule,
        completion,
        seed,
        ulps,
        laneExchangeIsError,
        profile,
        workers,
        instructionLimit);
  }

  public EmulatorOptions withLaneExchangeIsError(boolean error) {
    return new EmulatorOptions(
        computeCapability,
        archSpecific,
        multiprocessors,
        sharedBytesPerBlock,
        totalBytes,
        checks,
        schedule,
        completion,
        seed,
        jitterUlps,
        error,
        profile,
        workers,
        instructionLimit);
  }

  public EmulatorOptions withProfile(boolean on) {
    return new EmulatorOptions(
        computeCapability,
        archSpecific,
        multiprocessors,
        sharedBytesPerBlock,
        totalBytes,
        checks,
        schedule,
        completion,
        seed,
        jitterUlps,
        laneExchangeIsError,
        on,
        workers,
        instructionLimit);
  }

  public EmulatorOptions withWorkers(int threads, long limit) {
    return new EmulatorOptions(
        computeCapability,
        archSpecific,
        multiprocessors,
        sharedBytesPerBlock,
        totalBytes,
        checks,
        schedule,
        completion,
        seed,
        jitterUlps,
        laneExchangeIsError,
        profile,
        threads,
        limit);
  }
}
