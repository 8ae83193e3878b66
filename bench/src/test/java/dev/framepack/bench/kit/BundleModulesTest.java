package dev.framepack.bench.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.FramePack;
import dev.framepack.kernels.Backend;
import dev.framepack.weights.WeightException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** The bundle's Java runtime has every module that the program was compiled against. */
class BundleModulesTest {

  @Test
  void theRuntimeHasWhatTheProgramUses() throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of("--multi-release", "25", "--ignore-missing-deps", "--print-module-deps"));
    for (Class<?> ofModule :
        List.of(Backend.class, WeightException.class, FramePack.class, Bundle.class)) {
      arguments.add(
          Path.of(ofModule.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    StringWriter out = new StringWriter();
    ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
    int status =
        jdeps.run(new PrintWriter(out), new PrintWriter(out), arguments.toArray(String[]::new));
    assertThat(status).as(out.toString()).isZero();
    List<String> used = List.of(out.toString().strip().split(","));
    assertThat(used).contains("java.base", "jdk.jfr");
    assertThat(List.of(Bundle.RUNTIME_MODULES.split(","))).containsAll(used);
  }
}
