package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.DocumentationTool;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documentation of what a program that embeds the engine uses builds without a warning. */
final class JavadocTest {
  private static final List<String> PACKAGES =
      List.of("", ".image", ".video", ".packing", ".history", ".timeline", ".sampler.cache");

  @TempDir Path folder;

  @Test
  void thePublicPackagesBuildWithoutWarnings() {
    DocumentationTool javadoc = ToolProvider.getSystemDocumentationTool();
    List<String> options = new ArrayList<>(List.of("-quiet", "-Werror"));
    options.add("-Xdoclint:all,-missing"); // what a name says needs no sentence
    options.addAll(List.of("-d", folder.toString(), "-sourcepath", "src/main/java"));
    options.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    PACKAGES.forEach(name -> options.add("dev.framepack.engine" + name));
    StringWriter out = new StringWriter();
    boolean built = javadoc.getTask(out, null, null, null, options, null).call();
    assertThat(out.toString()).isEmpty();
    assertThat(built).isTrue();
    assertThat(folder.resolve("dev/framepack/engine/FramePackEngine.html")).isNotEmptyFile();
  }
}
