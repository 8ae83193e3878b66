package dev.framepack.engine.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program {@code framepack}. */
@Command(
    name = "framepack",
    description = "Image + prompt to video, on the JVM.",
    subcommands = {
      DemoCommand.class,
      GenerateCommand.class,
      ResumeCommand.class,
      BatchCommand.class,
      InspectCommand.class,
      PlanCommand.class,
      VerifyCommand.class,
      NoiseCommand.class,
      ProbeCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    footer = {
      "",
      "Exit codes: 0 done, 1 a check failed or a fault of the program,",
      "            2 bad request, 3 bad model, 4 out of memory, 5 device fault,",
      "            6 output, 130 cancelled."
    })
public final class Main {

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of a failure.")
  @SuppressWarnings("UnusedVariable") // read through the parse result, where failures are handled
  private boolean stackTrace;

  /** Tells the version of the running jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"framepack " + (version == null ? "development" : version)};
    }
  }

  private final Interruption interruption;

  private Main(Interruption interruption) {
    this.interruption = interruption;
  }

  /** Ctrl-C, for the commands that take long. */
  public Interruption interruption() {
    return interruption;
  }

  public static void main(String[] args) {
    // Warnings of the library as one line each; this property is read when the first logger opens.
    System.setProperty("java.util.logging.SimpleFormatter.format", "framepack: %4$s: %5$s%n");
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, args));
  }

  /** Runs one command; everything goes to the given streams. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    try (Interruption interruption = Interruption.install()) {
      return run(new CommandLine(new Main(interruption)), out, err, args);
    }
  }

  private static int run(CommandLine commands, PrintWriter out, PrintWriter err, String... args) {
    for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
      provider.commands().forEach(commands::addSubcommand);
    }
    commands.setOut(out);
    commands.setErr(err);
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setParameterExceptionHandler(Failures::badArguments);
    commands.setExecutionExceptionHandler(Failures::failed);
    if (args.length == 0) {
      commands.usage(err);
      return Failures.BAD_REQUEST;
    }
    return execute(commands, args);
  }

  /** The parser hands on exceptions only; an error must not end in a stack trace either. */
  static int execute(CommandLine commands, String... args) {
    try {
      return commands.execute(args);
    } catch (Error e) { // OutOfMemoryError above all
      return Failures.report(e, Arrays.asList(args).contains("--stacktrace"), commands.getErr());
    }
  }
}
