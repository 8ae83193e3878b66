package dev.framepack.engine.verify;

import dev.framepack.engine.BackendKind;
import dev.framepack.engine.FramePackException;
import dev.framepack.engine.ModelFormatException;
import dev.framepack.engine.Precision;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.KernelException;
import dev.framepack.weights.WeightException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Finds every case below a folder and runs it on one backend. */
public final class GoldenVerifier {
  private static final List<GoldenCase> KINDS =
      List.of(
          new PipelineCase(),
          new TransformerCase(),
          new VaeCase(),
          new EncoderCase(),
          new SamplerCase(),
          new RandomCase(),
          new ImageCase(),
          new SectionCountCase());

  /** Folders that hold models and not cases. */
  private static final String CHECKPOINT = "checkpoint";

  /**
   * What was found.
   *
   * @param checks every output, in order
   * @param unknownFolders folders with files that are no case of any kind, relative
   * @param skippedFolders cases that are not compared in half precision
   * @param operations how many operations ran in the kernels of {@code launches}
   * @param launches how often each kernel of a device ran; empty on the CPU
   */
  public record Outcome(
      List<Check> checks,
      List<String> unknownFolders,
      List<String> skippedFolders,
      long operations,
      Map<String, Long> launches) {
    public Outcome {
      launches = Collections.unmodifiableSortedMap(new TreeMap<>(launches));
      checks = List.copyOf(checks);
      unknownFolders = List.copyOf(unknownFolders);
      skippedFolders = List.copyOf(skippedFolders);
    }

    /** True when something was checked, all of it passed, and nothing was left out. */
    public boolean passed() {
      return !checks.isEmpty()
          && unknownFolders.isEmpty()
          && checks.stream().allMatch(Check::passed);
    }
  }

  private GoldenVerifier() {}

  /**
   * Runs every case. One that cannot be run counts as a failed check that says why, and the next
   * one follows.
   *
   * @param observer told each output as soon as it is known
   * @throws dev.framepack.engine.FramePackException when a folder cannot be read
   */
  public static Outcome verify(
      Path directory, BackendKind kind, int threads, Consumer<Check> observer) {
    try (Backend backend = kind.open(threads)) {
      return verify(directory, backend, () -> false, observer);
    }
  }

  /** Runs every case in F32 on an open backend. */
  public static Outcome verify(
      Path directory, Backend backend, BooleanSupplier stop, Consumer<Check> observer) {
    return verify(directory, new Subject(backend, Precision.FLOAT32), false, stop, observer);
  }

  /**
   * Runs the cases on an open backend.
   *
   * @param pipelines whether whole videos are made in half precision too; they have no limit there
   * @param stop asked before each case; the rest is left out once it is true
   */
  public static Outcome verify(
      Path directory,
      Subject subject,
      boolean pipelines,
      BooleanSupplier stop,
      Consumer<Check> observer) {
    Path root = directory.toAbsolutePath().normalize(); // cases look for models beside themselves
    List<Check> checks = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    boolean half = subject.isHalf();
    for (Path folder : folders(root)) {
      if (stop.getAsBoolean()) {
        break;
      }
      String name = folder.equals(root) ? "." : root.relativize(folder).toString();
      Consumer<Check> record =
          check -> {
            checks.add(check);
            observer.accept(check);
          };
      try {
        Optional<GoldenCase> golden = recognise(folder);
        if (golden.isEmpty()) {
          if (isUnknown(folder, root)) {
            unknown.add(name);
          }
        } else if (half && !golden.get().inHalfPrecision() && !pipelines) {
          skipped.add(name);
        } else {
          golden.get().run(folder, subject, report(name, record));
        }
      } catch (FramePackException | WeightException | KernelException e) {
        record.accept(new Check(name, String.valueOf(e.getMessage()), Double.POSITIVE_INFINITY, 0));
      }
    }
    return new Outcome(
        checks,
        unknown,
        skipped,
        subject.backend().operationsRun(),
        subject.backend().launchCounts());
  }

  private static Optional<GoldenCase> recognise(Path folder) {
    return KINDS.stream().filter(candidate -> candidate.recognises(folder)).findFirst();
  }

  private static GoldenCase.Report report(String folder, Consumer<Check> record) {
    return (output, actual, expected, tolerance) ->
        record.accept(
            new Check(folder, output, GoldenTensors.relativeL2(actual, expected), tolerance));
  }

  private static List<Path> folders(Path root) {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(Files::isDirectory)
          .filter(path -> !isInsideCheckpoint(root.relativize(path)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw unreadable(root, e);
    }
  }

  private static boolean isInsideCheckpoint(Path relative) {
    for (Path part : relative) {
      if (part.toString().equals(CHECKPOINT)) {
        return true;
      }
    }
    return false;
  }

  /** Files that are neither a model's nor the notes beside the cases. */
  private static boolean isUnknown(Path folder, Path root) {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names =
          files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList();
      boolean model = names.contains("config.json");
      boolean notes =
          names.stream().allMatch(name -> name.endsWith(".md") || name.endsWith(".txt"));
      return !model && !notes && !(folder.equals(root) && names.contains("README.md"));
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static ModelFormatException unreadable(Path folder, IOException cause) {
    return new ModelFormatException(
        "VERIFY_IO",
        folder + ": cannot be read: " + cause.getMessage(),
        "name a folder in the layout of the golden data",
        cause);
  }
}
