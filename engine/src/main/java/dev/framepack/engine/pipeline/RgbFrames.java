package dev.framepack.engine.pipeline;

import dev.framepack.engine.Profile;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.FramesToRgb8;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Decoded frames to 8-bit pictures: converted where they lie, so that only bytes reach the host.
 */
public final class RgbFrames {
  private RgbFrames() {}

  /** How a profile rounds to bytes (spec section 9). */
  public static FramesToRgb8.Rounding rounding(Profile profile) {
    return profile == Profile.FRAMEPACK
        ? FramesToRgb8.Rounding.TRUNCATE
        : FramesToRgb8.Rounding.NEAREST_EVEN;
  }

  /**
   * Every frame as a picture.
   *
   * @param frames {@code [1, 3, T, H, W]} around -1..1
   */
  public static List<Rgb8Image> images(
      Backend backend, Tensor frames, FramesToRgb8.Rounding rounding) {
    FramesToRgb8 op = new FramesToRgb8(rounding);
    TensorType type = op.infer(List.of(frames.type())); // [T, H, W, 3]
    try (TensorArena bytes = backend.arena("rgb", type.byteSize());
        Arena host = Arena.ofConfined()) {
      Tensor rgb = bytes.allocate("rgb", type);
      FrameJoin.execute(backend, List.of(new OpCall(op, List.of(frames), rgb, "frames.rgb")));
      MemorySegment segment = host.allocate(type.byteSize());
      backend.download(rgb, segment);
      int height = type.shape().size(1);
      int width = type.shape().size(2);
      int frameBytes = height * width * Rgb8Image.CHANNELS;
      List<Rgb8Image> images = new ArrayList<>();
      for (int i = 0; i < type.shape().size(0); i++) {
        byte[] pixels =
            segment
                .asSlice((long) i * frameBytes, frameBytes)
                .toArray(ValueLayout.JAVA_BYTE); // [H, W, 3]
        images.add(Rgb8Image.wrap(width, height, pixels));
      }
      return images;
    }
  }

  /** One frame of many as a picture. */
  public static Rgb8Image image(
      Backend backend, Tensor frames, int index, FramesToRgb8.Rounding rounding) {
    FrameJoin.Run run = new FrameJoin.Run(frames, index, 1);
    try (TensorArena cut = backend.arena("frame", run.type().byteSize())) {
      Tensor frame = cut.allocate("frame", run.type()); // [1, 3, 1, H, W]
      FrameJoin.join(backend, frame, List.of(run));
      return images(backend, frame, rounding).getFirst();
    }
  }
}
