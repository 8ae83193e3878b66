package dev.framepack.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightFileTest {
  @TempDir Path folder;

  private Path twoTensors() throws IOException {
    Path file = folder.resolve("two.safetensors");
    SafetensorsWriter.write(
        file,
        List.of(
            WeightTensor.ofFloats("b", new long[] {2, 3}, 1, 2, 3, 4, 5, 6),
            WeightTensor.ofFloats("a", new long[] {}, 7)),
        Map.of("format", "pt"));
    return file;
  }

  @ParameterizedTest
  @EnumSource(names = {"MAPPED", "READ"})
  void readsBackWhatWasWritten(LoadMode mode) throws IOException {
    try (WeightFile file = WeightFile.open(twoTensors(), mode)) {
      assertThat(file.names()).containsExactly("a", "b");
      assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(file.tensor("b").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(file.tensor("b").shape()).containsExactly(2, 3);
      assertThat(file.tensor("a").toFloats()).containsExactly(7);
      assertThat(file.parameterCount()).isEqualTo(7);
      file.requireUnchanged();
    }
  }

  @Test
  void copiesIntoNativeMemory() throws IOException {
    try (WeightFile file = WeightFile.open(twoTensors());
        Arena arena = Arena.ofConfined()) {
      MemorySegment destination = arena.allocate(24);
      file.tensor("b").copyToF32(destination);
      assertThat(destination.toArray(ValueLayout.JAVA_FLOAT)).containsExactly(1, 2, 3, 4, 5, 6);
      assertThatThrownBy(() -> file.tensor("b").copyToF32(destination.asSlice(0, 20)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shapesAreCopied() throws IOException {
    try (WeightFile file = WeightFile.open(twoTensors())) {
      file.tensor("b").shape()[0] = 99;
      file.info("b").shape()[0] = 99;
      assertThat(file.info("b").shape()).containsExactly(2, 3);
    }
  }

  @Test
  void headerOnlyHasNoData() throws IOException {
    try (WeightFile file = WeightFile.openHeader(twoTensors())) {
      assertThat(file.info("b")).isEqualTo(new TensorInfo("b", StorageType.F32, new long[] {2, 3}));
      assertThatThrownBy(() -> file.tensor("b")).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void useAfterCloseIsAnException() throws IOException {
    WeightFile file = WeightFile.open(twoTensors());
    WeightTensor tensor = file.tensor("b");
    file.close();
    file.close();
    assertThatThrownBy(() -> file.tensor("b")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(tensor::toFloats).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void unknownNameIsNamed() throws IOException {
    try (WeightFile file = WeightFile.open(twoTensors())) {
      assertThatThrownBy(() -> file.tensor("c"))
          .isInstanceOf(WeightException.class)
          .hasMessageContaining("MODEL_TENSOR_MISSING")
          .hasMessageContaining("'c'");
    }
  }

  @Test
  void writerLeavesNoPartialFile() throws IOException {
    Path target = folder.resolve("taken.safetensors");
    Files.createDirectories(target.resolve("not-empty"));
    assertThatThrownBy(() -> SafetensorsWriter.write(target, List.of(), Map.of()))
        .isInstanceOf(IOException.class);
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(target);
    }
  }
}
