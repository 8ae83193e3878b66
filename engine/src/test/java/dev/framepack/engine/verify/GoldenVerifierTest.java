package dev.framepack.engine.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.BackendKind;
import dev.framepack.engine.GoldenData;
import dev.framepack.engine.Precision;
import dev.framepack.kernels.Backend;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reference outputs on every CPU backend: models, samplers, noise, pictures, whole videos. */
final class GoldenVerifierTest {
  private static final Path GOLDEN = GoldenData.path("");
  private static final int OUTPUTS = 354;
  private static final int FOLDERS = 20;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"CPU", "CPU_REFERENCE"})
  void everyOutputEqualsTheReference(BackendKind kind) {
    List<Check> told = new ArrayList<>();
    GoldenVerifier.Outcome outcome = GoldenVerifier.verify(GOLDEN, kind, 2, told::add);
    assertThat(outcome.checks())
        .allSatisfy(check ->
            assertThat(check.relativeL2())
                .as("%s %s", check.folder(), check.output())
                .isLessThanOrEqualTo(check.tolerance()));
    assertThat(outcome.unknownFolders()).isEmpty();
    assertThat(outcome.passed()).isTrue();
    assertThat(told).isEqualTo(outcome.checks()).hasSize(OUTPUTS);
    assertThat(outcome.checks().stream().map(Check::folder).collect(Collectors.toSet()))
        .hasSize(FOLDERS);
  }

  /** Fast folders only; the whole set is a matter of {@code verify --precision}. */
  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void modelsInHalfPrecisionKeepTheirDerivedTolerance(Precision precision) {
    try (Backend backend = BackendKind.CPU.open(2)) {
      Subject subject = new Subject(backend, precision);
      for (String name : List.of("transformer", "encoders")) {
        GoldenVerifier.Outcome outcome =
            GoldenVerifier.verify(GOLDEN.resolve(name), subject, false, () -> false, check -> {});
        assertThat(outcome.checks())
            .isNotEmpty()
            .allSatisfy(check -> assertThat(check.passed()).as("%s", check).isTrue())
            .anySatisfy(check -> assertThat(check.relativeL2()).isGreaterThan(1e-4));
      }
      GoldenVerifier.Outcome skipped =
          GoldenVerifier.verify(
              GOLDEN.resolve("pipeline"), subject, false, () -> false, check -> {});
      assertThat(skipped.checks()).isEmpty();
      assertThat(skipped.skippedFolders()).hasSize(12);
    }
  }

  @Test
  void theFolderOfOneCaseMayBeNamedByADot() {
    Path here = GOLDEN.resolve("transformer/batch1").resolve(".");
    assertThat(GoldenVerifier.verify(here, BackendKind.CPU, 1, check -> {}).passed()).isTrue();
  }

  @Test
  void oneWrongValueFails() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("torch_rng")).resolve("io.safetensors");
    Files.copy(GOLDEN.resolve("torch_rng/io.safetensors"), copy);
    assertThat(verify().passed()).isTrue();
    try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "rw")) {
      long last = file.length() - 1;
      file.seek(last);
      int value = file.read();
      file.seek(last);
      file.write(value ^ 1);
    }
    GoldenVerifier.Outcome outcome = verify();
    assertThat(outcome.passed()).isFalse();
    assertThat(outcome.checks().stream().filter(check -> !check.passed())).hasSize(1);
  }

  @Test
  void anUnknownFolderIsNamedAndNothingFoundIsNoPass() throws IOException {
    Path file = Files.createDirectories(folder.resolve("a/mystery")).resolve("data.bin");
    Files.writeString(file, "x");
    GoldenVerifier.Outcome outcome = verify();
    assertThat(outcome.unknownFolders()).containsExactly("a/mystery");
    assertThat(outcome.passed()).isFalse();
    Files.delete(file);
    assertThat(verify().passed()).as("nothing was checked").isFalse();
  }

  @Test
  void aCaseThatCannotBeRunFailsAndTheOthersFollow() throws IOException {
    Path broken = Files.createDirectory(folder.resolve("a_broken")).resolve("io.safetensors");
    Files.write(broken, new byte[3]);
    Path good = Files.createDirectory(folder.resolve("b_good")).resolve("io.safetensors");
    Files.copy(GOLDEN.resolve("torch_rng/io.safetensors"), good);
    GoldenVerifier.Outcome outcome = verify();
    assertThat(outcome.passed()).isFalse();
    assertThat(outcome.checks().stream().filter(check -> !check.passed()))
        .singleElement()
        .satisfies(check -> assertThat(check.output()).contains("ST_HEADER_TOO_SMALL"));
    assertThat(outcome.checks()).anyMatch(check -> check.folder().equals("b_good"));
  }

  private GoldenVerifier.Outcome verify() {
    return GoldenVerifier.verify(folder, BackendKind.CPU, 1, check -> {});
  }
}
