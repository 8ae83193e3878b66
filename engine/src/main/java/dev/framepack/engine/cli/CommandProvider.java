package dev.framepack.engine.cli;

import java.util.List;

/**
 * Further commands of the program, from jars beside the engine's: found through {@link
 * java.util.ServiceLoader}.
 */
public interface CommandProvider {

  /** Objects with picocli's {@code @Command}. */
  List<Object> commands();
}
