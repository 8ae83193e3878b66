package dev.framepack.engine.cli;

import dev.framepack.engine.CancelledException;
import dev.framepack.engine.CheckpointException;
import dev.framepack.engine.DeviceFaultException;
import dev.framepack.engine.EngineDeadException;
import dev.framepack.engine.FramePackException;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.ModelFormatException;
import dev.framepack.engine.ModelMismatchException;
import dev.framepack.engine.NativeLoadException;
import dev.framepack.engine.NumericException;
import dev.framepack.engine.OutOfDeviceMemoryException;
import dev.framepack.engine.OutOfHostMemoryException;
import dev.framepack.engine.OutputException;
import dev.framepack.kernels.KernelException;
import dev.framepack.weights.WeightException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Failures as one line on stderr and an exit code. */
final class Failures {
  static final int CHECK_FAILED = 1;
  static final int BAD_REQUEST = 2;
  static final int BAD_MODEL = 3;
  static final int OUT_OF_MEMORY = 4;
  static final int DEVICE_FAULT = 5;
  static final int OUTPUT = 6;
  static final int CANCELLED = 130;

  private static final int MAX_CHARACTERS = 400;

  private Failures() {}

  /** Arguments that do not make a command. */
  static int badArguments(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    String line;
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String unknown = unmatched.getUnmatched().getFirst();
      List<String> nearest = unmatched.getSuggestions();
      line =
          "REQUEST_UNKNOWN_OPTION: %s is not known here; %s"
              .formatted(
                  unknown,
                  nearest.isEmpty()
                      ? "see " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help"
                      : "did you mean " + nearest.getFirst() + "?");
    } else if (e.getCause() instanceof FramePackException cause) {
      line = String.valueOf(cause.getMessage());
    } else {
      line =
          "REQUEST_INVALID: %s; see %s --help"
              .formatted(e.getMessage(), e.getCommandLine().getCommandSpec().qualifiedName());
    }
    err.println("framepack: " + oneLine(line));
    printTrace(e, Arrays.asList(args).contains("--stacktrace"), err);
    return BAD_REQUEST;
  }

  /** A command that could not do its work. */
  static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    return report(e, parsed.expandedArgs().contains("--stacktrace"), command.getErr());
  }

  /** One line, the trace if wanted, and the exit code. */
  static int report(Throwable e, boolean stackTrace, PrintWriter err) {
    print(text(e), err);
    printTrace(e, stackTrace, err);
    return exitCode(e);
  }

  /** One line. */
  static void print(String text, PrintWriter err) {
    err.println("framepack: " + oneLine(text));
  }

  private static String text(Throwable e) {
    return switch (e) {
      case FramePackException known -> String.valueOf(known.getMessage());
      case WeightException known -> String.valueOf(known.getMessage());
      case KernelException known -> "BACKEND: " + known.getMessage();
      case InvalidPathException known -> "REQUEST_INVALID: not a path: " + known.getMessage();
      case OutOfMemoryError known ->
          "HOST_MEMORY: the memory of this machine or the Java heap is used up: %s; %s"
              .formatted(known.getMessage(), "ask for less, or set FRAMEPACK_JAVA_OPTIONS=-Xmx...");
      default -> "INTERNAL: %s; please report it with the output of --stacktrace".formatted(e);
    };
  }

  static int exitCode(Throwable e) {
    return switch (e) {
      case InvalidRequestException ignored -> BAD_REQUEST;
      case InvalidPathException ignored -> BAD_REQUEST;
      case CheckpointException ignored -> BAD_REQUEST;
      case WeightException ignored -> BAD_MODEL;
      case ModelFormatException ignored -> BAD_MODEL;
      case ModelMismatchException ignored -> BAD_MODEL;
      case NumericException ignored -> BAD_MODEL;
      case OutOfHostMemoryException ignored -> OUT_OF_MEMORY;
      case OutOfMemoryError ignored -> OUT_OF_MEMORY;
      case OutOfDeviceMemoryException ignored -> OUT_OF_MEMORY;
      case DeviceFaultException ignored -> DEVICE_FAULT;
      case EngineDeadException ignored -> DEVICE_FAULT;
      case NativeLoadException ignored -> DEVICE_FAULT;
      case KernelException ignored -> DEVICE_FAULT;
      case OutputException ignored -> OUTPUT;
      case CancelledException ignored -> CANCELLED;
      default -> CHECK_FAILED;
    };
  }

  private static void printTrace(Throwable e, boolean wanted, PrintWriter err) {
    if (wanted) {
      e.printStackTrace(err);
    }
  }

  /** No control character of an argument or a file reaches the terminal. */
  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
        .forEach(line::appendCodePoint);
    return line.length() <= MAX_CHARACTERS
        ? line.toString()
        : line.substring(0, MAX_CHARACTERS - 3) + "...";
  }
}
