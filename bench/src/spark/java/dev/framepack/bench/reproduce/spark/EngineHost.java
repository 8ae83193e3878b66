package dev.framepack.bench.reproduce.spark;

import dev.framepack.bench.reproduce.EngineArguments;
import dev.framepack.bench.reproduce.MetricMeter;
import dev.framepack.bench.reproduce.run.AtomicFile;
import dev.framepack.bench.reproduce.run.CellRunner;
import dev.framepack.bench.reproduce.run.Codebooks;
import dev.framepack.bench.reproduce.run.EngineCellRunner;
import dev.framepack.bench.reproduce.run.Pictures;
import dev.framepack.bench.reproduce.run.RunIdentity;
import dev.framepack.bench.reproduce.run.RunTuple;
import dev.framepack.bench.reproduce.run.VideoMeter;
import dev.framepack.bench.reproduce.suite.CodebookSpec;
import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.FramePack;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.cli.EngineOptions;
import dev.framepack.engine.demo.DemoModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** An engine, and the built-in model where no other is named. */
final class EngineHost implements CellHost {
  private final VideoMeter meter = new MetricMeter();
  private final @Nullable DemoModel demo;
  private final FramePackEngine engine;
  private final RunIdentity identity;
  private final RunTuple tuple;

  private EngineHost(@Nullable DemoModel demo, EngineConfig config) {
    this.demo = demo;
    engine = FramePack.open(config);
    identity = RunIdentity.of(engine, meter);
    tuple = RunTuple.of(engine, identity);
  }

  private static EngineHost open(EngineOptions options, int device) {
    EngineConfig.Builder config = config(options, device);
    if (!options.isEmpty()) {
      return new EngineHost(null, config.build());
    }
    DemoModel demo = DemoModel.unpack();
    try {
      return new EngineHost(demo, config.models(demo.folder()).build());
    } catch (RuntimeException | Error e) {
      demo.close();
      throw e;
    }
  }

  static EngineConfig.Builder config(EngineOptions options, int device) {
    return options.toBuilder().device(device);
  }

  @Override
  public RunIdentity identity() {
    return identity;
  }

  @Override
  public RunTuple tuple() {
    return tuple;
  }

  @Override
  public byte[] codebook(CodebookSpec spec) {
    try {
      Path file = Files.createTempFile("framepack-codebook-", ".safetensors");
      try {
        Codebooks.fit(spec, engine, file);
        return Files.readAllBytes(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw AtomicFile.failure(Path.of(System.getProperty("java.io.tmpdir")), e);
    }
  }

  @Override
  public CellRunner runner(Pictures pictures, BooleanSupplier cancelled) {
    return new EngineCellRunner(engine, meter, pictures, cancelled);
  }

  @Override
  public void close() {
    engine.close();
    if (demo != null) {
      demo.close();
    }
  }

  /** Opens engines with options read where they run. */
  record Factory(EngineArguments arguments) implements CellHost.Factory {
    @Override
    public CellHost open(int device) {
      return EngineHost.open(arguments.options(), device);
    }
  }
}
