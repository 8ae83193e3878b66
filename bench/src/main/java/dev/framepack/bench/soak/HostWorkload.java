package dev.framepack.bench.soak;

import dev.framepack.engine.CancelledException;
import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.FramePack;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.FramePackException;
import dev.framepack.engine.GenerationJob;
import dev.framepack.engine.JobOptions;
import dev.framepack.engine.NumericException;
import dev.framepack.engine.OutOfHostMemoryException;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import dev.framepack.kernels.fault.Fault;
import dev.framepack.kernels.fault.FaultSite;
import dev.framepack.kernels.fault.Faults;
import dev.framepack.kernels.fault.FaultyBackend;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Jobs of mixed sizes from several threads on one engine: some cancelled, some refused, and now and
 * then the host's memory runs out or a result is no number.
 */
final class HostWorkload implements Workload {
  private static final int CLIENTS = 4;
  private static final int FAULT_WITHIN_CALLS = 60;
  private static final int CANCEL_WITHIN_MILLIS = 200;
  private static final int NEVER = -1;
  private static final List<FaultSite> SITES =
      List.of(
          FaultSite.ALLOCATE,
          FaultSite.PREPARE,
          FaultSite.UPLOAD,
          FaultSite.DOWNLOAD,
          FaultSite.RUN);

  private final JobMix mix;
  private final BadInputs badInputs;
  private final Tally tally;
  private final SoakScale scale;
  private final Faults faults = new Faults();
  private final FaultyBackend backend;
  private final FramePackEngine engine;
  private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
  private final AtomicLong faultsSeen = new AtomicLong();
  private final AtomicLong poisonSeen = new AtomicLong();

  HostWorkload(
      Path model, JobMix mix, BadInputs badInputs, Tally tally, int threads, SoakScale scale) {
    this.mix = mix;
    this.badInputs = badInputs;
    this.tally = tally;
    this.scale = scale;
    this.backend = new FaultyBackend(new VectorBackend(threads), faults);
    this.engine = FramePack.open(EngineConfig.builder().models(model).build(), backend);
  }

  @Override
  public String name() {
    return "jobs on one engine";
  }

  /** Every request once, undisturbed: what later ones are compared with. */
  void warmUp() throws InterruptedException {
    for (VideoRequest request : mix.requests()) {
      run(request, NEVER);
    }
  }

  @Override
  public void round(Random random) throws InterruptedException {
    long injected = faults.injected();
    long poisoned = faults.poisoned();
    faultsSeen.set(0);
    poisonSeen.set(0);
    List<Callable<Void>> all =
        IntStream.range(0, scale.jobs()).mapToObj(i -> job(new Random(random.nextLong()))).toList();
    for (Future<Void> job : clients.invokeAll(all)) {
      if (job.state() == Future.State.FAILED) {
        tally.violation(Tally.Count.UNEXPECTED, "a job's client failed: " + job.exceptionNow());
      }
    }
    faults.disarm();
    injected = faults.injected() - injected;
    poisoned = faults.poisoned() - poisoned;
    // What was poisoned may not have been used; a memory fault is always somebody's.
    if (faultsSeen.get() != injected || poisonSeen.get() > poisoned) {
      tally.violation(
          Tally.Count.UNEXPECTED,
          "%s memory faults and %s poisoned results, reported %s and %s"
              .formatted(injected, poisoned, faultsSeen.get(), poisonSeen.get()));
    }
  }

  private Callable<Void> job(Random random) {
    return () -> {
      double dice = random.nextDouble();
      if (dice < scale.badShare()) {
        badInputs.submit(engine, random);
        return null;
      }
      if (random.nextDouble() < scale.faultShare()) {
        arm(random);
      }
      boolean cancels = dice < scale.badShare() + scale.cancelShare();
      run(mix.pick(random), cancels ? random.nextInt(CANCEL_WITHIN_MILLIS) : NEVER);
      return null;
    };
  }

  private void arm(Random random) {
    int call = 1 + random.nextInt(FAULT_WITHIN_CALLS);
    FaultSite site = SITES.get(random.nextInt(SITES.size()));
    if (random.nextInt(SITES.size() + 1) == 0) {
      faults.poisonAt(call);
    } else {
      faults.failAt(site, call, Fault.hostMemory());
    }
  }

  private void run(VideoRequest request, int cancelAfterMillis) throws InterruptedException {
    tally.add(Tally.Count.JOBS);
    GenerationJob job = engine.submit(request, JobOptions.defaults());
    if (cancelAfterMillis != NEVER) {
      Thread.sleep(cancelAfterMillis);
      job.cancel();
    }
    try (VideoResult video = job.await()) {
      tally.add(Tally.Count.COMPLETED);
      mix.check(request, video, tally);
    } catch (CancelledException e) {
      tally.add(Tally.Count.CANCELLED);
      if (cancelAfterMillis == NEVER) {
        tally.violation(Tally.Count.UNEXPECTED, "nobody cancelled: " + e.getMessage());
      }
    } catch (OutOfHostMemoryException e) {
      faultsSeen.incrementAndGet();
      tally.add(Tally.Count.HOST_FAULTS);
    } catch (NumericException e) {
      poisonSeen.incrementAndGet();
      tally.add(Tally.Count.POISONED);
    } catch (FramePackException e) {
      tally.violation(Tally.Count.UNEXPECTED, e.getMessage() + ", " + JobMix.text(request));
    }
  }

  @Override
  public long heldBytes() {
    return backend.memory().bytes();
  }

  @Override
  public void close() {
    clients.close();
    engine.close();
    if (backend.memory().bytes() != 0) {
      tally.violation(
          Tally.Count.UNEXPECTED, backend.memory().bytes() + " bytes after closing the engine");
    }
  }
}
