package dev.framepack.engine.pipeline;

import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.random.TorchRandom;
import dev.framepack.engine.sampler.FrameLevels;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Every frame of a window at a noise level of its own, each step first-order in every frame: {@code
 * x_f += (sigma'_f - sigma_f) v_f}. The window is either filled with noise for each plan (Diffusion
 * Forcing) or moves by one frame and keeps the others half denoised (Rolling Diffusion).
 */
final class FrameWiseSampling implements SectionSampling {
  private final Backend backend;
  private final FrameLevels first;
  private final FrameLevels later;
  private final boolean moving;
  private final TensorMath math;
  private final List<Tensor> frames = new ArrayList<>();
  private final Tensor window;
  private final Tensor velocity;
  private final Tensor frameVelocity;

  private FrameWiseSampling(
      Backend backend, Shape frame, FrameLevels first, FrameLevels later, boolean moving) {
    this.backend = backend;
    this.first = first;
    this.later = later;
    this.moving = moving;
    int count = first.frames();
    TensorType one = TensorType.f32(frame.dims());
    TensorType all = TensorType.f32(frame.with(FrameJoin.FRAMES, count).dims());
    List<TensorType> types = new ArrayList<>(Collections.nCopies(count + 1, one));
    types.add(all);
    types.add(all);
    this.math = new TensorMath(backend, "window", types);
    for (int i = 0; i < count; i++) {
      frames.add(math.allocate("frame", one)); // [1, C, 1, h, w]
    }
    this.frameVelocity = math.allocate("frame velocity", one);
    this.window = math.allocate("window", all); // [1, C, W, h, w]
    this.velocity = math.allocate("velocity", all);
  }

  /**
   * New noise and the same levels for every plan.
   *
   * @param frame {@code [1, C, 1, h, w]}
   */
  static FrameWiseSampling sections(Backend backend, Shape frame, FrameLevels levels) {
    return new FrameWiseSampling(backend, frame, levels, levels, false);
  }

  /**
   * A window that moves by one frame from plan to plan.
   *
   * @param frame {@code [1, C, 1, h, w]}
   * @param start levels up to the first clean frame
   * @param move levels from one clean frame to the next
   */
  static FrameWiseSampling rolling(
      Backend backend, Shape frame, FrameLevels start, FrameLevels move) {
    return new FrameWiseSampling(backend, frame, start, move, true);
  }

  @Override
  public List<NoiseLevels> levels() {
    List<NoiseLevels> all = new ArrayList<>();
    for (FrameLevels levels : List.of(first, later)) {
      for (int step = 0; step < levels.evaluations(); step++) {
        all.add(levels(step, levels));
      }
    }
    return all;
  }

  /** The condition is told a level some frame has, the one nearest to the mean of all. */
  private static NoiseLevels levels(int step, FrameLevels levels) {
    return new NoiseLevels(step, levels.nearestToMean(step), levels.row(step));
  }

  @Override
  public int evaluations(SectionPlan plan) {
    return levels(plan).evaluations();
  }

  private FrameLevels levels(SectionPlan plan) {
    return plan.isFirst() ? first : later;
  }

  @Override
  public void sample(
      SectionPlan plan,
      SectionDenoiser denoiser,
      LatentStore latents,
      TorchRandom random,
      StepObserver observer) {
    if (plan.isFirst() || !moving) {
      fill(random);
    } else {
      move(random);
    }
    FrameLevels levels = levels(plan);
    for (int step = 0; step < levels.evaluations(); step++) {
      observer.before(step);
      step(denoiser, step, levels);
      observer.after(step, () -> LatentStore.download(backend, window));
    }
    math.copy(latents.section(), window);
  }

  private void step(SectionDenoiser denoiser, int step, FrameLevels levels) {
    double[] now = levels.row(step);
    double[] next = levels.row(step + 1);
    denoiser.velocity(levels(step, levels), window, velocity, math);
    for (int i = 0; i < frames.size(); i++) {
      if (next[i] != now[i]) {
        Tensor frame = frames.get(i);
        math.run(new Slice(FrameJoin.FRAMES, i, 1), frameVelocity, velocity);
        math.combine(frame, new double[] {1, next[i] - now[i]}, List.of(frame, frameVelocity));
      }
    }
    join();
  }

  private void fill(TorchRandom random) {
    HostValues.upload(backend, random.randn(window.shape().elementCount()), window);
    split();
  }

  @Override
  public void restore(LatentStore latents) {
    math.copy(window, latents.section());
    split();
  }

  private void split() {
    for (int i = 0; i < frames.size(); i++) {
      math.run(new Slice(FrameJoin.FRAMES, i, 1), frames.get(i), window);
    }
  }

  /** The clean frame leaves, noise comes in at the end. */
  private void move(TorchRandom random) {
    Tensor freed = frames.removeFirst();
    HostValues.upload(backend, random.randn(freed.shape().elementCount()), freed);
    frames.add(freed);
    join();
  }

  private void join() {
    math.run(new Concat(FrameJoin.FRAMES), window, frames.toArray(Tensor[]::new));
  }

  @Override
  public void close() {
    math.close();
  }
}
