package dev.framepack.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.image.Planes;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.op.FramesToRgb8.Rounding;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import org.junit.jupiter.api.Test;

class RgbFramesTest {

  private static byte[] second(float[] values, Rounding rounding) {
    return of(values, 2, 1, 1, (backend, frames) -> RgbFrames.image(backend, frames, 1, rounding))
        .rgb();
  }

  private interface Use {
    Rgb8Image apply(Backend backend, Tensor frames);
  }

  private static Rgb8Image of(float[] values, int frames, int height, int width, Use use) {
    TensorType type = TensorType.f32(1, 3, frames, height, width);
    try (Backend backend = new ReferenceBackend(1);
        TensorArena arena = backend.arena("test", type.byteSize())) {
      Tensor tensor = arena.allocate("frames", type);
      HostValues.upload(backend, values, tensor);
      return use.apply(backend, tensor);
    }
  }

  @Test
  void valuesBecomeBytesByTheProfilesRounding() {
    float[] values = {9, -1, 9, 0.999f, 9, 0.5f}; // [3, 2, 1, 1], the second frame is asked for
    assertThat(second(values, Rounding.TRUNCATE)).containsExactly(0, 254, 191);
    assertThat(second(values, Rounding.NEAREST_EVEN)).containsExactly(0, 255, 191);
    float[] beyond = {0, -7, 0, 7, 0, Float.NaN};
    assertThat(second(beyond, Rounding.NEAREST_EVEN)).containsExactly(0, 255, 0);
  }

  @Test
  void bytesSurviveTheWayToFloatsAndBack() {
    byte[] all = new byte[256 * 3];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) (i / 3);
    }
    Rgb8Image image = Rgb8Image.wrap(256, 1, all);
    assertThat(
            of(
                Planes.vaePixels(image),
                1,
                1,
                256,
                (backend, frames) ->
                    RgbFrames.images(backend, frames, Rounding.NEAREST_EVEN).getFirst()))
        .isEqualTo(image);
  }
}
