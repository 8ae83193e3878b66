package dev.framepack.bench.reproduce.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.OutputException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which changes of a program make its results other ones. */
class ReproduceProgramTest {
  private static final Map<String, String> CONTENT =
      Map.of("dev/framepack/A.class", "a", "dev/framepack/bench/reproduce/run/B.class", "b");

  @TempDir Path folder;

  private Path jar(String commit, long time, Map<String, String> content) throws Exception {
    Path file = Files.createTempFile(folder, "program", ".jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Build-Commit", commit);
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      for (Map.Entry<String, String> entry : content.entrySet()) {
        JarEntry written = new JarEntry(entry.getKey());
        written.setTime(time);
        jar.putNextEntry(written);
        jar.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }

  private String hash(Map<String, String> content) throws Exception {
    return Program.of(List.of(jar("abc", 0, content))).hash();
  }

  private static Map<String, String> with(String name, String content) {
    Map<String, String> changed = new LinkedHashMap<>(CONTENT);
    changed.put(name, content);
    return changed;
  }

  @Test
  void neitherTheTimeNorTheCommitOfABuildIsPartOfIt() throws Exception {
    Program one = Program.of(List.of(jar("abc", 0, CONTENT)));
    Program again = Program.of(List.of(jar("def-dirty", 1_000_000_000_000L, CONTENT)));
    assertThat(one.hash()).hasSize(64).isEqualTo(again.hash());
    assertThat(one.commit()).isEqualTo("abc");
    assertThat(again.commit()).isEqualTo("def-dirty");
  }

  @Test
  void whatDecidesAResultIs() throws Exception {
    String hash = hash(CONTENT);
    assertThat(hash(with("dev/framepack/A.class", "changed"))).isNotEqualTo(hash);
    assertThat(hash(with("dev/framepack/C.class", ""))).isNotEqualTo(hash);
    assertThat(hash(with("META-INF/maven/pom.properties", "time"))).isEqualTo(hash);
    for (String beside : List.of("report", "spark", "length", "suite")) {
      assertThat(hash(with("dev/framepack/bench/reproduce/" + beside + "/D.class", "d")))
          .isEqualTo(hash);
    }
  }

  @Test
  void withoutJarsNothingIsClaimed() {
    assertThat(Program.running()).isEqualTo(new Program("classes", "unknown"));
  }

  @Test
  void aJarThatCannotBeReadIsNamed() throws Exception {
    Path torn = Files.writeString(folder.resolve("torn.jar"), "no jar");
    assertThatThrownBy(() -> Program.of(List.of(torn)))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("torn.jar");
  }
}
