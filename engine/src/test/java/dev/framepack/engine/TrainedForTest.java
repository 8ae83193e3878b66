package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.weights.ModelVariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** W20: weights of the other variant have the same shapes; a name that says so is warned about. */
final class TrainedForTest {
  private static final Logger LOGGER = Logger.getLogger(ModelVariant.class.getName());

  @TempDir Path folder;

  @Test
  void w20AContradictingNameIsWarnedAboutOncePerSampling() throws IOException {
    Path f1 = folder.resolve("FramePack_F1_I2V_HY");
    Files.createSymbolicLink(f1, TinyVideos.CHECKPOINT);
    List<String> warnings = new ArrayList<>();
    Handler handler = collector(warnings);
    LOGGER.addHandler(handler);
    try (FramePackEngine engine =
        FramePack.open(EngineConfig.builder().models(f1).threads(2).build())) {
      generate(engine, Sampling.F1);
      assertThat(warnings).isEmpty();
      generate(engine, Sampling.INVERTED);
      generate(engine, Sampling.INVERTED);
      assertThat(warnings).singleElement().asString().contains("INVERTED", "F1");
    } finally {
      LOGGER.removeHandler(handler);
    }
  }

  private static void generate(FramePackEngine engine, Sampling sampling) {
    VideoRequest request = TinyVideos.request().sampling(sampling).build();
    try (VideoResult result = engine.generate(request, GenerationListener.NONE)) {
      assertThat(result.frameCount()).isEqualTo(5);
    }
  }

  private static Handler collector(List<String> warnings) {
    return new Handler() {
      @Override
      public void publish(LogRecord entry) {
        warnings.add(entry.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
