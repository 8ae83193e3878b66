package dev.framepack.engine.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.framepack.engine.ModelMismatchException;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.random.TorchRandom;
import dev.framepack.weights.WeightException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What filters make of the context. */
final class HistoryFilterTest {
  private static final int BLANK = SectionPlan.BLANK;

  @TempDir Path folder;

  /** Two channels of so many 4x4 frames, normal with a mean and deviation per channel. */
  private static LatentVideo video(int frames, long seed, float mean, float deviation) {
    float[] values = new TorchRandom(seed).randn(2L * frames * 16);
    for (int i = 0; i < values.length; i++) {
      int channel = i / (frames * 16);
      values[i] = values[i] * deviation * (channel + 1) + mean * (channel + 1);
    }
    return new LatentVideo(2, frames, 4, 4, values);
  }

  private static LatentVideo copy(LatentVideo video) {
    return new LatentVideo(
        video.channels(), video.frames(), video.height(), video.width(), video.values().clone());
  }

  @Test
  void renormalisationGivesLaterSectionsTheStatisticsOfTheFirst() {
    LatentVideo first = video(3, 1, 0.5f, 1);
    LatentVideo drifted = video(3, 2, 2, 3);
    ChannelRenormalisation filter = new ChannelRenormalisation(1);
    filter.onFinished(first, 1);
    filter.onFinished(drifted, 4);
    LatentVideo context = copy(drifted);
    filter.apply(context, new int[] {4, 5, 6});
    ChannelStatistics found = ChannelStatistics.of(context);
    ChannelStatistics expected = ChannelStatistics.of(first);
    assertThat(found.mean()).containsExactly(expected.mean(), within(1e-5));
    assertThat(found.variance()).containsExactly(expected.variance(), within(1e-4));
  }

  @Test
  void renormalisationLeavesTheStartImageBlanksAndTheFirstSectionAlone() {
    ChannelRenormalisation filter = new ChannelRenormalisation(1);
    LatentVideo first = video(3, 1, 0.5f, 1);
    LatentVideo context = video(3, 3, 1, 1);
    float[] before = context.values().clone();
    filter.apply(context, new int[] {1, 2, 3});
    assertThat(context.values()).as("nothing is known yet").isEqualTo(before);
    filter.onFinished(first, 1);
    filter.apply(context, new int[] {0, BLANK, BLANK});
    assertThat(context.values()).isEqualTo(before);
    LatentVideo own = copy(first);
    filter.apply(own, new int[] {1, 2, 3});
    assertThat(own.values()).containsExactly(first.values(), within(1e-5f));
  }

  @Test
  void renormalisationBlends() {
    LatentVideo drifted = video(2, 2, 2, 3);
    LatentVideo none = copy(drifted);
    LatentVideo half = copy(drifted);
    LatentVideo all = copy(drifted);
    for (var row : java.util.Map.of(0.0, none, 0.5, half, 1.0, all).entrySet()) {
      ChannelRenormalisation filter = new ChannelRenormalisation(row.getKey());
      filter.onFinished(video(3, 1, 0.5f, 1), 1);
      filter.onFinished(drifted, 4);
      filter.apply(row.getValue(), new int[] {4, 5});
    }
    assertThat(none.values()).isEqualTo(drifted.values());
    for (int i = 0; i < half.values().length; i++) {
      float mean = (none.values()[i] + all.values()[i]) / 2;
      assertThat(half.values()[i]).isCloseTo(mean, within(1e-5f));
    }
  }

  @Test
  void adaptiveNoiseComesToSectionsThatDriftedAndToThemAlone() {
    AdaptiveAntiDrifting filter = new AdaptiveAntiDrifting(7);
    filter.onFinished(video(3, 1, 0, 1), 1);
    filter.onFinished(video(3, 1, 0, 1), 4);
    LatentVideo drifted = video(3, 3, 2, 3);
    filter.onFinished(drifted, 7);
    LatentVideo context = copy(drifted);
    filter.apply(context, new int[] {5, 7, 9});
    LatentVideo changed = difference(context, drifted);
    assertThat(frame(changed, 0)).containsOnly(0f);
    float[] noise = new TorchRandom(7 + 7).randn(drifted.values().length);
    LatentVideo expected = new LatentVideo(2, 3, 4, 4, noise);
    for (int i = 1; i < 3; i++) {
      float[] scaled = frame(expected, i == 1 ? 0 : 2);
      for (int p = 0; p < scaled.length; p++) {
        assertThat(frame(changed, i)[p]).isCloseTo(0.1f * scaled[p], within(1e-5f));
      }
    }
  }

  private static LatentVideo difference(LatentVideo a, LatentVideo b) {
    float[] values = a.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] -= b.values()[i];
    }
    return new LatentVideo(a.channels(), a.frames(), a.height(), a.width(), values);
  }

  /** Both channels of a frame. */
  private static float[] frame(LatentVideo video, int frame) {
    float[] values = new float[32];
    for (int c = 0; c < 2; c++) {
      System.arraycopy(video.values(), (c * video.frames() + frame) * 16, values, c * 16, 16);
    }
    return values;
  }

  @Test
  void everyPixelBecomesItsNearestCodeword() {
    HistoryCodebook codebook = new HistoryCodebook(2, -1, -1, 0, 3, 2, 0);
    float[] values = new float[2 * 2 * 16];
    Arrays.fill(values, 0, 32, 0.4f); // channel 0
    Arrays.fill(values, 32, 64, 2.4f); // channel 1
    values[0] = 1.9f;
    values[32] = -0.2f;
    LatentVideo context = new LatentVideo(2, 2, 4, 4, values);
    codebook.apply(context, new int[] {3, BLANK});
    assertThat(values[0]).isEqualTo(2);
    assertThat(values[32]).isZero();
    assertThat(values[1]).isZero();
    assertThat(values[33]).isEqualTo(3);
    assertThat(values[16]).as("a blank frame stays").isEqualTo(0.4f);
  }

  @Test
  void aCodebookIsWrittenAndReadBack() throws IOException {
    Path file = folder.resolve("k2.safetensors");
    new HistoryCodebook(2, 1, 2, 3, 4).write(file);
    HistoryCodebook read = HistoryCodebook.read(file);
    assertThat(read.size()).isEqualTo(2);
    assertThat(read.requireChannels(2)).isSameAs(read);
    assertThatThrownBy(() -> read.requireChannels(16))
        .isInstanceOf(ModelMismatchException.class)
        .hasMessageContaining("2 channels, the model's latents have 16");
    HistoryPolicy policy = HistoryPolicy.parse("renorm:0.5+codebook:" + file);
    assertThat(HistoryFilters.of(policy, 2, 1))
        .hasSize(2)
        .last()
        .isInstanceOf(HistoryCodebook.class);
  }

  @Test
  void whatIsNoCodebookIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "no weights at all");
    assertThatThrownBy(() -> HistoryCodebook.read(text)).isInstanceOf(WeightException.class);
    assertThatThrownBy(() -> new HistoryCodebook(3, 1, 2, 3, 4))
        .hasMessageContaining("expected rows of 3 values, found 4 values");
  }
}
