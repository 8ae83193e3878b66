package dev.framepack.bench.reproduce;

import dev.framepack.engine.cli.EngineOptions;
import dev.framepack.engine.cli.LoraArgument;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Options of an engine as text, to be read again on another machine: what is not said, such as the
 * number of threads, is that machine's own.
 *
 * @param arguments as on a command line
 */
public record EngineArguments(List<String> arguments) implements Serializable {

  public EngineArguments {
    arguments = List.copyOf(arguments);
  }

  /**
   * What was said of the engine in a command; paths become absolute.
   *
   * @param mixin options of the engine within the command
   */
  static EngineArguments of(CommandSpec mixin, ParseResult parsed) {
    List<String> arguments = new ArrayList<>();
    for (OptionSpec option : mixin.options()) {
      if (parsed.hasMatchedOption(option)) {
        Object value = option.getValue();
        for (Object one : value instanceof Collection<?> several ? several : List.of(value)) {
          arguments.add(option.longestName());
          arguments.add(absolute(one));
        }
      }
    }
    return new EngineArguments(arguments);
  }

  private static String absolute(Object value) {
    return switch (value) {
      case Path path -> path.toAbsolutePath().toString();
      case LoraArgument lora -> lora.absolute();
      default -> value.toString();
    };
  }

  /** These, and the option with this value where nothing is said of it. */
  public EngineArguments orElse(String option, String value) {
    if (arguments.contains(option)) {
      return this;
    }
    List<String> more = new ArrayList<>(arguments);
    more.addAll(List.of(option, value));
    return new EngineArguments(more);
  }

  /** As read on this machine. */
  public EngineOptions options() {
    return CommandLine.populateCommand(new EngineOptions(), arguments.toArray(String[]::new));
  }
}
