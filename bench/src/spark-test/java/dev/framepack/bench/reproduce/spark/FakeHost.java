package dev.framepack.bench.reproduce.spark;

import dev.framepack.bench.reproduce.Fixtures;
import dev.framepack.bench.reproduce.run.CellRunner;
import dev.framepack.bench.reproduce.run.Pictures;
import dev.framepack.bench.reproduce.run.RunIdentity;
import dev.framepack.bench.reproduce.run.RunTuple;
import dev.framepack.bench.reproduce.suite.CodebookSpec;
import dev.framepack.engine.EngineDeadException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** In an engine's place: takes a while, tells its device, and may have a fault. */
final class FakeHost implements CellHost {
  private static final int MILLIS = 300;

  private final int device;
  private final Fault fault;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicBoolean asked = new AtomicBoolean();

  private FakeHost(int device, Fault fault) {
    this.device = device;
    this.fault = fault;
  }

  /** What is wrong with it. */
  enum Fault {
    NONE,
    /** The engine on device 0 refuses every cell. */
    DEVICE_0_LOST,
    /** It is another one than it said first, as a worker with another model would be. */
    OTHER_IDENTITY
  }

  /** Opens them. */
  record Factory(Fault fault) implements CellHost.Factory {
    @Override
    public CellHost open(int device) {
      return new FakeHost(device, fault);
    }
  }

  @Override
  public RunIdentity identity() {
    RunIdentity identity = Fixtures.IDENTITY;
    return asked.compareAndSet(false, true) || fault != Fault.OTHER_IDENTITY
        ? identity
        : new RunIdentity(
            identity.modelSha256(),
            identity.program(),
            identity.version(),
            "cuda",
            identity.precision(),
            identity.measurement());
  }

  @Override
  public RunTuple tuple() {
    return new RunTuple("", 1, 1, "", "", "device " + device, "1.0", "", "", "f".repeat(64));
  }

  @Override
  public byte[] codebook(CodebookSpec spec) {
    throw new UnsupportedOperationException("no suite of these tests has one");
  }

  @Override
  public CellRunner runner(Pictures pictures, BooleanSupplier cancelled) {
    return (key, source, scene) -> {
      if (fault == Fault.DEVICE_0_LOST && device == 0) {
        throw new EngineDeadException("ENGINE_DEAD", "the device was lost", "", null);
      }
      if (!busy.compareAndSet(false, true)) {
        throw new IllegalStateException("two cells at once on device " + device);
      }
      try {
        Thread.sleep(MILLIS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } finally {
        busy.set(false);
      }
      pictures.write("thumbnails/none.png", "png".getBytes(StandardCharsets.UTF_8));
      return Fixtures.result(1, "thumbnails/none.png");
    };
  }

  @Override
  public void close() {}
}
