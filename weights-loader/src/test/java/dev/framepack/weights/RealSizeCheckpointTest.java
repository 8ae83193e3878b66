package dev.framepack.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The published checkpoints' names and shapes, as sharded header-only files of full length. */
class RealSizeCheckpointTest {
  @TempDir Path folder;

  /** Lines "name TAB 1x2x3" of the list of one component. */
  private static List<TensorInfo> published(String component, StorageType type) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    RealSizeCheckpointTest.class.getResourceAsStream(
                        "/tensors/" + component + ".tsv")),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .map(line -> line.split("\t"))
          .map(field ->
              new TensorInfo(
                  field[0],
                  type,
                  Stream.of(field[1].split("x")).mapToLong(Long::parseLong).toArray()))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** All tensors of a published component. */
  static List<ExpectedTensor> expected(String component) {
    return expected(published(component, StorageType.F32));
  }

  private static List<ExpectedTensor> expected(List<TensorInfo> tensors) {
    return tensors.stream().map(t -> ExpectedTensor.of(t.name(), t.shape())).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "TRANSFORMER, transformer, BF16, 12.87e9, 7",
    "VAE, vae, F16, 246e6, 1",
    "TEXT_ENCODER, text_encoder, F16, 7.5e9, 4",
    "TEXT_ENCODER_2, text_encoder_2, F16, 123e6, 1",
    "IMAGE_ENCODER, image_encoder, F16, 428e6, 1"
  })
  void bindsThroughTheShardIndex(
      Component component, String list, StorageType type, double parameters, int shards)
      throws IOException {
    List<TensorInfo> tensors = published(list, type);
    SafetensorsWriter.writeHeaderOnlyShards(folder, "diffusion_pytorch_model", tensors, shards);
    try (ComponentWeights weights =
        ComponentWeights.open(component, folder, OpenOptions.HEADER_ONLY)) {
      assertThat(weights.weights().files()).hasSize(shards);
      assertThat(weights.names()).hasSameSizeAs(tensors);
      BindingReport report = weights.check(expected(tensors));
      assertThat(report.faults()).isEmpty();
      assertThat(report.parameters()).isEqualTo(weights.parameterCount());
      assertThat((double) weights.parameterCount()).isCloseTo(parameters, withPercentage(0.5));
      long fileBytes = weights.weights().files().stream().mapToLong(WeightFile::fileBytes).sum();
      assertThat(fileBytes).isGreaterThan(weights.parameterCount() * type.bits() / 8);
    }
  }

  @Test
  void aTensorMissingExtraOrMisshapenIsNamed() throws IOException {
    List<TensorInfo> all = published("transformer", StorageType.BF16);
    List<TensorInfo> tensors = new ArrayList<>(all);
    TensorInfo removed = tensors.remove(100);
    TensorInfo reshaped = tensors.get(200);
    tensors.set(200, new TensorInfo(reshaped.name(), StorageType.BF16, new long[] {7}));
    tensors.add(new TensorInfo("stray.weight", StorageType.BF16, new long[] {1}));
    SafetensorsWriter.writeHeaderOnlyShards(folder, "diffusion_pytorch_model", tensors, 3);
    try (ComponentWeights weights =
        ComponentWeights.open(Component.TRANSFORMER, folder, OpenOptions.HEADER_ONLY)) {
      BindingReport report = weights.check(expected(all));
      assertThat(report.missing()).containsExactly(removed.name());
      assertThat(report.unexpected()).containsExactly("stray.weight");
      assertThat(report.misshapen())
          .singleElement()
          .satisfies(line -> assertThat(line).contains(reshaped.name(), "[7]"));
    }
  }

  /** A file over 2 GB is one segment: the last tensor reads, and reads as zero. */
  @Test
  void aFileOverTwoGigabytesMaps() throws IOException {
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.writeHeaderOnly(
        file,
        List.of(
            new TensorInfo("big", StorageType.U8, new long[] {3L << 30}),
            new TensorInfo("last", StorageType.U8, new long[] {4})),
        Map.of());
    try (WeightFile open = WeightFile.open(file)) {
      assertThat(open.tensor("big").data().byteSize()).isEqualTo(3L << 30);
      assertThat(open.tensor("last").toLongs()).containsExactly(0, 0, 0, 0);
    }
  }
}
