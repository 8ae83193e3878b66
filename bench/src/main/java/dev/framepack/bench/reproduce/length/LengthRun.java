package dev.framepack.bench.reproduce.length;

import dev.framepack.bench.reproduce.run.Machine;
import dev.framepack.engine.FramePackEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A measurement that goes on where it was stopped, round by round. */
public final class LengthRun {
  private final Path folder;
  private final LengthMeasurement measurement;
  private final String machine;

  /**
   * @param folder of the run
   * @param engine with a model of the demo's size
   * @param cancelled asked between steps
   */
  public LengthRun(Path folder, FramePackEngine engine, BooleanSupplier cancelled) {
    this(folder, machine(engine), engine, cancelled);
  }

  private LengthRun(
      Path folder, String machine, FramePackEngine engine, BooleanSupplier cancelled) {
    this(folder, machine, new LengthMeasurement(engine, machine, cancelled));
  }

  LengthRun(Path folder, String machine, LengthMeasurement measurement) {
    this.folder = folder;
    this.machine = machine;
    this.measurement = measurement;
  }

  private static String machine(FramePackEngine engine) {
    return "%s, %d threads, %s, %s, engine %s."
        .formatted(
            Machine.cpu(),
            engine.config().threads(),
            Machine.jdk(),
            engine.backendDescription(),
            Machine.version(FramePackEngine.class));
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
    progress.accept("warming up");
    measurement.warmUp();
    for (int round = done; round < LengthMeasurement.rounds(); round++) {
      costs.addAll(measurement.round(round, progress));
      LengthCostFile.write(folder, costs);
    }
  }
}
