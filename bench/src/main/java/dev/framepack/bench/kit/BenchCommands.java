package dev.framepack.bench.kit;

import dev.framepack.bench.codebook.CodebookCommand;
import dev.framepack.bench.reproduce.ReproduceCommand;
import dev.framepack.bench.soak.SoakCommand;
import dev.framepack.engine.cli.CommandProvider;
import java.util.List;

/** The commands this module adds to the program. */
public final class BenchCommands implements CommandProvider {
  @Override
  public List<Object> commands() {
    return List.of(
        new BundleCommand(),
        new KitCommand(),
        new CodebookCommand(),
        new ReproduceCommand(),
        new SoakCommand());
  }
}
