package dev.framepack.engine.pipeline;

import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.image.Planes;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.model.vae.VaeCodec;
import dev.framepack.engine.packing.DecodeWindow;
import dev.framepack.engine.packing.LatentHistory;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * The end of a clip that a video goes on from: its latents become the first of the history, its
 * pixels what the first new section fades out of.
 *
 * @param context pictures at the size of the video, 4 n + 1 of them
 * @param seamFrames how many of the last are faded
 */
record ClipStage(Backend backend, List<Rgb8Image> context, int seamFrames) {

  /** Encodes the clip; the latents are the posterior's mean for every profile. */
  void encode(ImageStage images, LatentStore latents, LatentHistory history) {
    Rgb8Image first = context.getFirst();
    Shape pixels = Shape.of(1, 3, context.size(), first.height(), first.width());
    try (VaeCodec codec = images.codec()) {
      CompiledGraph encoder = codec.encoder(pixels, false);
      HostValues.upload(backend, Planes.vaePixels(context), encoder.input(VaeCodec.PIXELS));
      encoder.run();
      latents.begin(encoder.output(VaeCodec.LATENTS), history.begin());
    }
  }

  /** Hands the clip's last frames to the stitcher as if a section had been decoded to them. */
  void append(FrameStitcher stitcher, DecodeWindow window) {
    List<Rgb8Image> last = context.subList(context.size() - seamFrames, context.size());
    Rgb8Image first = last.getFirst();
    TensorType type = TensorType.f32(1, 3, seamFrames, first.height(), first.width());
    try (TensorArena arena = backend.arena("clip", type.byteSize())) {
      Tensor pixels = arena.allocate("clip", type); // [1, 3, seam, H, W]
      HostValues.upload(backend, Planes.vaePixels(last), pixels);
      stitcher.append(window, pixels);
    }
  }
}
