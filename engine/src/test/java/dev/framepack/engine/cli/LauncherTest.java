package dev.framepack.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher and the wrapper say about the JDK they are given. */
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {
  @TempDir Path folder;

  private record Run(int code, String out) {}

  private Run framepack(Path jdk) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(project().resolve("framepack").toString(), "--version");
    builder.environment().put("FRAMEPACK_JAVA_HOME", jdk.toString());
    Process process = builder.directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), out);
  }

  private static Path project() {
    Path module = Path.of("").toAbsolutePath();
    Path parent = module.getParent();
    assertThat(parent).isNotNull();
    return parent;
  }

  /** A folder that looks like a JDK whose programs do nothing. */
  private Path jdk(String version, String modules) throws IOException {
    Path home = Files.createDirectory(folder.resolve("jdk"));
    Files.writeString(
        home.resolve("release"),
        "JAVA_VERSION=\"%s\"\nMODULES=\"java.base %s\"\n".formatted(version, modules));
    for (String program : new String[] {"java", "javac"}) {
      Path file = Files.createDirectories(home.resolve("bin")).resolve(program);
      Files.writeString(file, "#!/bin/sh\n");
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    return home;
  }

  @ParameterizedTest
  @ValueSource(strings = {"17.0.9", "24.0.1", "25", "25.0.1", "25.0.2", "26", "26.0.1"})
  void aWrongJdkIsOneLine(String version) throws Exception {
    Path home = jdk(version, "jdk.incubator.vector");
    Run run = framepack(home);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).hasLineCount(1).contains(home.toString(), "found " + version, "25.0.3");
  }

  @Test
  void noJdkIsOneLine() throws Exception {
    Run run = framepack(folder.resolve("nowhere"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).hasLineCount(1).contains("nowhere", "found no JDK");
  }

  @Test
  void aJdkWithoutTheVectorModuleIsOneLine() throws Exception {
    Run run = framepack(jdk("25.0.3", "java.desktop"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).hasLineCount(1).contains("has no module jdk.incubator.vector");
  }
}
