package dev.framepack.bench.reproduce.spark;

import dev.framepack.bench.reproduce.run.CellDispatcher;
import dev.framepack.bench.reproduce.run.CellRecord;
import dev.framepack.bench.reproduce.run.Codebooks;
import dev.framepack.bench.reproduce.run.Pictures;
import dev.framepack.bench.reproduce.run.PlannedCell;
import dev.framepack.bench.reproduce.run.RunIdentity;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import tools.jackson.databind.json.JsonMapper;

/**
 * A job with a task for every cell. Tasks answer with what they found; it is written down here, by
 * the one process that holds the folder, when Spark hands over a partition's result, which it does
 * once however often the task was run.
 */
final class SparkDispatcher implements CellDispatcher {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final JavaSparkContext spark;
  private final CellHost.Factory hosts;
  private final String suite;
  private final boolean full;
  private final RunIdentity identity;
  private final Codebooks codebooks;
  private final Pictures pictures;
  private final SparkObserver observer;

  /**
   * @param suite name
   * @param full with the steps of a full run
   * @param identity every host must have
   * @param pictures takes those of all cells
   */
  SparkDispatcher(
      JavaSparkContext spark,
      CellHost.Factory hosts,
      String suite,
      boolean full,
      RunIdentity identity,
      Codebooks codebooks,
      Pictures pictures,
      SparkObserver observer) {
    this.spark = spark;
    this.hosts = hosts;
    this.suite = suite;
    this.full = full;
    this.identity = identity;
    this.codebooks = codebooks;
    this.pictures = pictures;
    this.observer = observer;
  }

  @Override
  public void dispatch(List<PlannedCell> open, Sink sink) {
    if (open.isEmpty()) {
      return;
    }
    List<CellTask> tasks = new ArrayList<>(open.stream().map(CellTask::of).toList());
    SentInputs inputs = new SentInputs(open, codebooks);
    CellFunction run = new CellFunction(hosts, suite, full, identity, spark.broadcast(inputs));
    JavaRDD<CellReply> replies = spark.parallelize(tasks, tasks.size()).map(run);
    StreamedJob.run(
        replies,
        CellReply.class,
        (reply, index) -> {
          // Pictures first: a record in the file says that its pictures are there.
          reply.pictures().forEach(pictures::write);
          observer.ranOn(index, reply.place());
          sink.ended(index, JSON.readValue(reply.json(), CellRecord.class));
        });
  }
}
