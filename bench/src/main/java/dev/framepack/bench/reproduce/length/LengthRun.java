package dev.framepack.bench.reproduce.length;

import dev.framepack.bench.reproduce.run.Machine;
import dev.framepack.engine.FramePackEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A measurement that goes on where it was stopped, round by round. */
public final class LengthRun {
  private final Path folder;
  private final LengthMeasurement measurement;
  private final String machine;

  /**
   * @param folder of the run
   * @param engines opens one with a model of the demo's size
   * @param cancelled asked between sections
   */
  public LengthRun(Path folder, Supplier<FramePackEngine> engines, BooleanSupplier cancelled) {
    this(folder, machine(engines), engines, cancelled);
  }

  private LengthRun(
      Path folder, String machine, Supplier<FramePackEngine> engines, BooleanSupplier cancelled) {
    this(folder, machine, new LengthMeasurement(engines, machine, cancelled));
  }

  LengthRun(Path folder, String machine, LengthMeasurement measurement) {
    this.folder = folder;
    this.machine = machine;
    this.measurement = measurement;
  }

  private static String machine(Supplier<FramePackEngine> engines) {
    try (FramePackEngine engine = engines.get()) {
      return "%s, %s threads, %s, %s, engine %s."
          .formatted(
              Machine.cpu(),
              engine.config().threads(),
              Machine.jdk(),
              engine.backendDescription(),
              Machine.version(FramePackEngine.class));
    }
  }

  /**
   * Measures the rounds that are missing; each is on disk when it is done.
   *
   * @param progress told what is made next
   * @throws dev.framepack.engine.CancelledException when asked to stop; whole rounds are kept
   */
  public void run(Consumer<String> progress) {
    List<LengthCost> costs = new ArrayList<>(LengthCostFile.read(folder));
    costs.removeIf(cost -> !cost.machine().equals(machine));
    int done = costs.stream().mapToInt(cost -> cost.round() + 1).max().orElse(0);
    if (done >= LengthMeasurement.rounds()) {
      progress.accept("measured before");
      return;
    }
    List<LengthMemory> memory = new ArrayList<>();
    for (int i = 0; i < measurement.lengths(); i++) {
      progress.accept("memory, length %s of %s".formatted(i + 1, measurement.lengths()));
      memory.add(measurement.memory(i));
    }
    for (int round = done; round < LengthMeasurement.rounds(); round++) {
      costs.addAll(measurement.round(round, memory, progress));
      LengthCostFile.write(folder, costs);
    }
  }
}
