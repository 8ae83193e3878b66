package dev.framepack.bench.reproduce.spark;

import dev.framepack.bench.reproduce.run.Cell;
import dev.framepack.bench.reproduce.run.CellPlan;
import dev.framepack.bench.reproduce.run.CellRecorder;
import dev.framepack.bench.reproduce.run.CellRunner;
import dev.framepack.bench.reproduce.run.PlannedCell;
import dev.framepack.bench.reproduce.run.RunIdentity;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import tools.jackson.databind.json.JsonMapper;

/** A task: runs one cell on the executor's host and writes nothing there. */
final class CellFunction implements Function<CellTask, CellReply> {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final CellHost.Factory hosts;
  private final String suite;
  private final boolean full;
  private final RunIdentity identity;
  private final Broadcast<SentInputs> inputs;

  /**
   * @param suite name
   * @param full with the steps of a full run
   * @param identity every host must have
   */
  CellFunction(
      CellHost.Factory hosts,
      String suite,
      boolean full,
      RunIdentity identity,
      Broadcast<SentInputs> inputs) {
    this.hosts = hosts;
    this.suite = suite;
    this.full = full;
    this.identity = identity;
    this.inputs = inputs;
  }

  @Override
  public CellReply call(CellTask task) {
    TaskContext context = TaskContext.get();
    CellHost host = ExecutorHosts.get(hosts, TaskDevice.of(context));
    PlannedCell planned = plan(task, host);
    Map<String, byte[]> pictures = new LinkedHashMap<>();
    CellRunner runner =
        host.runner(pictures::put, () -> context.isInterrupted() || ExecutorHosts.isEnding());
    CellRecorder recorder = new CellRecorder(suite, runner, host.tuple(), Clock.systemUTC());
    return new CellReply(JSON.writeValueAsString(recorder.record(planned)), pictures, place());
  }

  /** Another model, backend or version would put figures under a key that are not its own. */
  private PlannedCell plan(CellTask task, CellHost host) {
    SentInputs sent = inputs.value();
    Cell cell = new Cell(task.variant(), sent.scene(task.scene()), task.seed());
    PlannedCell planned = CellPlan.plan(cell, full, host.identity(), sent.codebooks());
    if (!planned.key().equals(task.key())) {
      throw new ClusterException(
          "WORKER_DIFFERS",
          "%s: expected %s, found %s".formatted(place(), text(identity), text(host.identity())),
          "give every machine the same program, model and kind of device, or name --backend",
          null);
    }
    return planned;
  }

  private static String text(RunIdentity identity) {
    return "version %s, program %.12s, backend %s, precision %s, model %.12s, metrics %s"
        .formatted(
            identity.version(),
            identity.program(),
            identity.backend(),
            identity.precision(),
            identity.modelHash(),
            Integer.toHexString(identity.measurement().hashCode()));
  }

  private static String place() {
    SparkEnv env = SparkEnv.get();
    return "executor %s on %s"
        .formatted(env.executorId(), env.blockManager().blockManagerId().host());
  }
}
