package dev.framepack.engine.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.BackendKind;
import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.FramePack;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.GoldenData;
import dev.framepack.engine.Precision;
import dev.framepack.engine.TinyVideos;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.demo.DemoModel;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.kernels.Backend;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The reference outputs with every operation in PTX, on the emulator with all its checks: the
 * engine's way over the GPU backend, without a GPU.
 */
final class EmulatedGoldenTest {
  private static final Path GOLDEN = GoldenData.path("");
  private static final int THREADS = 2;
  private static final int OUTPUTS = 354;
  private static final int FOLDERS = 20;
  private static final double BYTES_APART = 1.5;

  @Test
  void everyOutputEqualsTheReferenceInFloat32() {
    GoldenVerifier.Outcome outcome =
        GoldenVerifier.verify(GOLDEN, BackendKind.CUDA_EMULATED, THREADS, check -> {});
    assertThat(outcome.checks())
        .hasSize(OUTPUTS)
        .allSatisfy(check ->
            assertThat(check.relativeL2())
                .as("%s %s", check.folder(), check.output())
                .isLessThanOrEqualTo(check.tolerance()));
    assertThat(outcome.unknownFolders()).isEmpty();
    assertThat(outcome.checks().stream().map(Check::folder).collect(Collectors.toSet()))
        .hasSize(FOLDERS);
    assertThat(outcome.operations()).isPositive();
    assertThat(outcome.launches()).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void modulesInHalfPrecisionKeepTheirDerivedTolerance(Precision precision) {
    try (Backend backend = BackendKind.CUDA_EMULATED.open(THREADS)) {
      Subject subject = new Subject(backend, precision);
      for (String name : List.of("transformer", "encoders", "vae")) {
        GoldenVerifier.Outcome outcome =
            GoldenVerifier.verify(GOLDEN.resolve(name), subject, false, () -> false, check -> {});
        assertThat(outcome.checks())
            .isNotEmpty()
            .allSatisfy(check -> assertThat(check.passed()).as("%s", check).isTrue());
      }
      assertThat(backend.launchCounts().keySet())
          .anySatisfy(kernel -> assertThat(kernel).contains("mma"));
    }
  }

  /** In the types a device takes by itself: an overflow of float16 would be no frame at all. */
  @Test
  void theDemoRunsOnItAndLooksAsOnTheProcessor() {
    List<Rgb8Image> expected = demo(BackendKind.CPU);
    List<Rgb8Image> found = demo(BackendKind.CUDA_EMULATED);
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(meanDifference(expected.get(i), found.get(i)))
          .as("frame %s", i)
          .isLessThan(BYTES_APART);
    }
  }

  private static List<Rgb8Image> demo(BackendKind kind) {
    try (DemoModel demo = DemoModel.unpack()) {
      EngineConfig config =
          EngineConfig.builder().models(demo.folder()).backend(kind).threads(THREADS).build();
      VideoRequest request =
          VideoRequest.builder()
              .image(Rgb8Image.read(demo.startImage()))
              .prompt(DemoModel.PROMPT)
              .width(DemoModel.SIDE_PIXELS)
              .height(DemoModel.SIDE_PIXELS)
              .seconds(0.2)
              .latentWindow(2)
              .steps(2)
              .build();
      try (FramePackEngine engine = FramePack.open(config)) {
        return TinyVideos.frames(engine, request);
      }
    }
  }

  /** Mean absolute difference of all bytes. */
  private static double meanDifference(Rgb8Image a, Rgb8Image b) {
    byte[] first = a.rgb();
    byte[] second = b.rgb();
    long sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += Math.abs((first[i] & 0xFF) - (second[i] & 0xFF));
    }
    return (double) sum / first.length;
  }
}
