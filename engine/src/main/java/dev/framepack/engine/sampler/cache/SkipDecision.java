package dev.framepack.engine.sampler.cache;

/** Decides step by step whether blocks must run. State of one section and one guidance branch. */
public interface SkipDecision {

  /**
   * Decides one step; steps come in order.
   *
   * @param step 0-based; the first always runs, because there is nothing to reuse
   * @param change mean |a - b| / mean |b| of what the cache watches, a against an earlier b;
   *     ignored at the first step and by caches that watch nothing
   * @return true when the blocks must run
   */
  boolean mustCompute(int step, double change);
}
