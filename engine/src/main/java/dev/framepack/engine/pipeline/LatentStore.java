package dev.framepack.engine.pipeline;

import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.packing.LatentHistory;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The latents of a run, in the backend's memory from the encoder to the decoder: start and end
 * frame, the window in work, and what the history keeps.
 */
final class LatentStore implements AutoCloseable {
  private final Backend backend;
  private final TensorArena arena;
  private final Shape frame;
  private final Tensor start;
  private final Tensor end;
  private final @Nullable Tensor blank;
  private final @Nullable Tensor pictures;
  private final Tensor section;
  private final long[] keptOffsets;
  private int keptSlot;
  private @Nullable Tensor kept;
  private @Nullable Tensor clip;

  /**
   * @param frame {@code [1, C, 1, h, w]} of one latent frame
   * @param history how many frames are kept, and how many are blank at once
   * @param pictureCount how many pictures there are that are no frames of the video
   */
  LatentStore(
      Backend backend, Shape frame, int latentWindow, LatentHistory history, int pictureCount) {
    this.backend = backend;
    this.frame = frame;
    TensorType one = type(1);
    TensorType window = type(latentWindow);
    long keptBytes = TensorArena.align(type(history.maxKeptFrames()).byteSize());
    int blankFrames = history.maxBlankFrames();
    long blankBytes = blankFrames == 0 ? 0 : TensorArena.align(type(blankFrames).byteSize());
    long pictureBytes = pictureCount == 0 ? 0 : TensorArena.align(type(pictureCount).byteSize());
    long fixed =
        2 * TensorArena.align(one.byteSize())
            + TensorArena.align(window.byteSize())
            + blankBytes
            + pictureBytes;
    this.arena = backend.arena("latents", fixed + 2 * keptBytes);
    this.start = arena.allocate("start", one);
    this.end = arena.allocate("end", one);
    this.section = arena.allocate("section", window);
    this.blank = // arenas begin as zeros
        blankFrames == 0 ? null : arena.allocate("blank", type(blankFrames));
    this.pictures = pictureCount == 0 ? null : arena.allocate("pictures", type(pictureCount));
    this.keptOffsets = new long[] {fixed, fixed + keptBytes};
  }

  private TensorType type(int frames) {
    return new TensorType(frame.with(FrameJoin.FRAMES, frames), TensorType.f32().dtype());
  }

  private Tensor keptView(int frames) {
    return arena.view("kept", type(frames), keptOffsets[keptSlot]);
  }

  /** {@code [1, C, 1, h, w]}; the image encoder writes it. */
  Tensor start() {
    return start;
  }

  /** {@code [1, C, 1, h, w]}. */
  Tensor end() {
    return end;
  }

  /**
   * Takes over the latents of a clip that the video goes on from: its first frame is the start.
   *
   * @param latents {@code [1, C, n, h, w]}
   * @param runs what is kept of them
   */
  void begin(Tensor latents, List<LatentHistory.Run> runs) {
    FrameJoin.join(backend, start, List.of(new FrameJoin.Run(latents, 0, 1)));
    clip = latents;
    keep(runs);
    clip = null;
  }

  /** {@code [1, C, pictures, h, w]}, from latents of one frame each. */
  void setPictures(List<Tensor> latents) {
    FrameJoin.join(
        backend,
        Objects.requireNonNull(pictures),
        latents.stream().map(latent -> new FrameJoin.Run(latent, 0, 1)).toList());
  }

  /** {@code [1, C, W, h, w]}; the denoiser writes it, finished frames first. */
  Tensor section() {
    return section;
  }

  /** {@code target} = these frames. */
  void join(Tensor target, List<LatentHistory.Run> runs) {
    FrameJoin.join(
        backend,
        target,
        runs.stream()
            .map(run -> new FrameJoin.Run(source(run.source()), run.start(), run.count()))
            .toList());
  }

  /** Makes these frames what is kept. */
  void keep(List<LatentHistory.Run> runs) {
    if (runs.isEmpty()) {
      kept = null;
      return;
    }
    keptSlot = 1 - keptSlot;
    Tensor next = keptView(LatentHistory.frames(runs));
    join(next, runs);
    kept = next;
  }

  private Tensor source(LatentHistory.Source source) {
    return switch (source) {
      case START -> start;
      case END -> end;
      case PICTURE -> Objects.requireNonNull(pictures);
      case CLIP -> Objects.requireNonNull(clip);
      case BLANK -> Objects.requireNonNull(blank);
      case KEPT -> Objects.requireNonNull(kept);
      case FINISHED -> section;
    };
  }

  /** Frames on the host, for those who watch. */
  static LatentVideo download(Backend backend, Tensor latents) {
    Shape shape = latents.shape();
    return new LatentVideo(
        shape.size(1),
        shape.size(2),
        shape.size(3),
        shape.size(4),
        HostValues.download(backend, latents));
  }

  @Override
  public void close() {
    arena.close();
  }
}
