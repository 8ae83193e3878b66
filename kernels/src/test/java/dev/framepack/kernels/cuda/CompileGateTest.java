package dev.framepack.kernels.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.framepack.kernels.conformance.pack.MicroKernels;
import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.gpu.launch.Launchers;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.gpu.ptx.PtxTemplate;
import dev.framepack.kernels.gpu.ptx.SourceLine;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every kernel compiles for every device it is meant for, without spills, within its budget. */
class CompileGateTest {
  private static final List<String> PATH_A = List.of("sm_80", "sm_86", "sm_89", "sm_90", "sm_90a");
  private static final List<String> PATH_C = List.of("sm_90a");
  private static final List<String> BLACKWELL = List.of("sm_100", "sm_120");

  /** A budget may exceed what the compiler takes by this much, and by four registers. */
  private static final double MOST_SLACK = 1.25;

  private static final ExecutorService COMPILERS =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

  @AfterAll
  static void shutDown() {
    COMPILERS.shutdownNow();
  }

  private static List<PtxKernel> kernels() {
    return Stream.concat(Launchers.kernels().stream(), MicroKernels.kernels().stream())
        .sorted(Comparator.comparing(PtxKernel::name))
        .toList();
  }

  private static List<String> archs(PtxKernel kernel) {
    return switch (kernel.arch()) {
      case SM_80 -> PATH_A;
      case SM_90A -> PATH_C;
    };
  }

  private record Compilation(String arch, CompletableFuture<PtxCompiler.Report> report) {}

  @TestFactory
  Stream<DynamicTest> everyKernelCompilesWithinItsBudget() {
    return kernels().stream().flatMap(CompileGateTest::compile).toList().stream();
  }

  private static Stream<DynamicTest> compile(PtxKernel kernel) {
    PtxTemplate.Expanded ptx = PtxTemplate.expand(kernel);
    List<Compilation> compilations =
        archs(kernel).stream()
            .map(arch ->
                new Compilation(
                    arch, CompletableFuture.supplyAsync(() -> compile(ptx, arch), COMPILERS)))
            .toList();
    List<DynamicTest> tests = new ArrayList<>();
    for (Compilation compilation : compilations) {
      tests.add(
          dynamicTest(
              kernel.name() + " " + compilation.arch,
              () -> check(ptx.maxRegisters(), compilation.report.join())));
    }
    tests.add(
        dynamicTest(
            kernel.name() + " budget",
            () -> {
              int most =
                  compilations.stream()
                      .mapToInt(compilation -> compilation.report.join().registers())
                      .max()
                      .orElseThrow();
              int budget = ptx.maxRegisters();
              assertTrue(
                  budget <= most * MOST_SLACK + 4,
                  "#registers " + budget + " is slack: the compiler takes " + most);
            }));
    return tests.stream();
  }

  private static PtxCompiler.Report compile(PtxTemplate.Expanded ptx, String arch) {
    try {
      return PtxCompiler.compile(ptx.text(), arch);
    } catch (DeviceException e) {
      throw new AssertionError(ptx.annotate(String.valueOf(e.getMessage())), e);
    }
  }

  private static void check(int budget, PtxCompiler.Report report) {
    assertTrue(report.registers() > 0, report.log());
    assertEquals(0, report.spillBytes(), report.log());
    assertFalse(report.log().contains("C75"), report.log());
    assertTrue(
        report.registers() <= budget,
        "takes %d registers, #registers says %d".formatted(report.registers(), budget));
  }

  @TestFactory
  Stream<DynamicTest> everyKernelCompilesForBlackwell() {
    Path ptxas = Ptxas.find();
    Assumptions.assumeTrue(ptxas != null, "ptxas is not on the PATH: sm_100, sm_120 unchecked");
    Ptxas assembler = new Ptxas(Objects.requireNonNull(ptxas));
    return kernels().stream()
        .filter(kernel -> kernel.arch() == PtxKernel.Arch.SM_80)
        .flatMap(kernel -> BLACKWELL.stream().map(arch -> assemble(assembler, kernel, arch)))
        .toList()
        .stream();
  }

  private static DynamicTest assemble(Ptxas assembler, PtxKernel kernel, String arch) {
    CompletableFuture<PtxCompiler.Report> assembled =
        CompletableFuture.supplyAsync(
            () -> assembler.compile(PtxTemplate.expand(kernel).text(), arch), COMPILERS);
    return dynamicTest(
        kernel.name() + " " + arch,
        () -> {
          PtxCompiler.Report report = assembled.join();
          assertTrue(report.registers() > 0, report.log());
          assertEquals(0, report.spillBytes(), report.log());
        });
  }

  @Test
  void everyFileBelongsToAKernel() throws IOException, URISyntaxException {
    URL folder = Objects.requireNonNull(CompileGateTest.class.getResource("/ptx"));
    Path root = Path.of(folder.toURI());
    Set<String> files = new TreeSet<>();
    try (Stream<Path> paths = Files.walk(root)) {
      paths
          .filter(path -> path.toString().endsWith(".ptx"))
          .forEach(path -> files.add(root.relativize(path).toString()));
    }
    Set<String> used = new HashSet<>();
    for (PtxKernel kernel : kernels()) {
      for (SourceLine line : PtxTemplate.expand(kernel).origins()) {
        used.add(line.file());
      }
    }
    files.removeAll(used);
    assertEquals(Set.of(), files);
  }

  @Test
  void namesAreUniqueAndTheEntry() {
    List<PtxKernel> kernels = kernels();
    assertEquals(
        kernels.size(), kernels.stream().map(PtxKernel::name).distinct().count(), "two of a name");
    for (PtxKernel kernel : kernels) {
      String ptx = PtxTemplate.expand(kernel).text();
      assertTrue(ptx.contains(".visible .entry " + kernel.name() + "("), kernel.name());
      assertEquals(ptx.indexOf(".entry"), ptx.lastIndexOf(".entry"), kernel.name());
    }
  }
}
