package dev.framepack.kernels.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.device.Launch;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README's example of a unit test for one's own PTX. */
class OwnPtxTest {
  private static final String PTX =
      """
      .version 8.0
      .target sm_80
      .address_size 64
      // out[i] = 2 * in[i]
      .visible .entry scale(.param .u64 in, .param .u64 out)
      {
        .reg .u32 %i;
        .reg .u64 %from, %to;
        .reg .f32 %x;
        mov.u32 %i, %tid.x;
        ld.param.u64 %from, [in];
        ld.param.u64 %to, [out];
        mad.wide.u32 %from, %i, 4, %from;
        mad.wide.u32 %to, %i, 4, %to;
        ld.global.f32 %x, [%from];
        add.f32 %x, %x, %x;
        st.global.f32 [%to], %x;
        ret;
      }
      """;

  @Test
  void doublesEveryElement() {
    float[] values = new float[100];
    float[] result = new float[100];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 3f;
    }
    try (EmulatedDevice device = new EmulatedDevice();
        DeviceStream stream = device.openStream("test");
        DeviceMemory in = device.allocate("in", 400);
        DeviceMemory out = device.allocate("out", 400)) {
      device.upload(MemorySegment.ofArray(values), in.address());
      Launch launch =
          new Launch(
              device.load(PTX, "scale"),
              Dim3.of(1),
              Dim3.of(100),
              0,
              List.of(
                  KernelArgument.read(in.address(), 400), KernelArgument.write(out.address(), 400)),
              "");
      stream.launch(device.prepare(launch));
      device.download(out.address(), MemorySegment.ofArray(result));
    }
    for (int i = 0; i < values.length; i++) {
      assertThat(result[i]).isEqualTo(2 * values[i]);
    }
  }
}
