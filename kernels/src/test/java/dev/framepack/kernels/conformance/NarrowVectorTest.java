package dev.framepack.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.Backend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The vector kernels on machines with shorter vectors than this one, and without the Vector API. A
 * vector's length is a constant of the JVM, so each length takes a JVM of its own.
 */
class NarrowVectorTest {
  /** A prime share of the table keeps every kind of operation in it. */
  private static final int EVERY = 11;

  /** Checks a share of all cases on the vector backend; any mismatch ends it with a failure. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      BackendUnderTest vector =
          BackendUnderTest.cpu().stream()
              .filter(backend -> backend.name().equals("cpu-vector"))
              .findFirst()
              .orElseThrow();
      try (Backend backend = vector.withThreads().apply(1)) {
        System.out.println(backend.description());
      }
      OpConformanceTest conformance = new OpConformanceTest();
      List<OpCase> cases = OpCases.all();
      for (int i = 0; i < cases.size(); i += EVERY) {
        conformance.check(vector, cases.get(i));
      }
      System.out.println("cases passed");
    }
  }

  @ParameterizedTest
  @CsvSource({"32, 256", "16, 128"})
  void shorterVectorsMeetTheSameCases(int bytes, int bits) throws Exception {
    String output =
        runChild("--add-modules=jdk.incubator.vector", "-XX:MaxVectorSize=" + bytes, "-Xmx1g");
    assertThat(output).contains(bits + "-bit vectors").contains("cases passed");
  }

  @Test
  void withoutTheVectorApiTheMessageNamesTheFlag() throws Exception {
    assertThat(runChild("-Xmx256m"))
        .contains("KernelException")
        .contains("start java with --add-modules=jdk.incubator.vector");
  }

  private static String runChild(String... flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
