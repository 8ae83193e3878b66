package dev.framepack.bench.soak;

import dev.framepack.engine.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** All workloads of a soak on one checkpoint, ready to run. */
final class SoakWorkloads implements AutoCloseable {
  private final List<Workload> all = new ArrayList<>();

  private SoakWorkloads() {}

  /**
   * Opens engines and makes every request once, undisturbed.
   *
   * @param model folder of a checkpoint that takes little; workloads put files beside its own
   * @throws OutputException {@code OUTPUT_IO} when the folder cannot be written
   */
  static SoakWorkloads prepare(Path model, long seed, int threads, SoakScale scale, Tally tally)
      throws InterruptedException {
    SoakWorkloads workloads = new SoakWorkloads();
    try {
      workloads.add(model, seed, threads, scale, tally);
      return workloads;
    } catch (IOException e) {
      workloads.close();
      throw new OutputException(
          "OUTPUT_IO",
          model + ": cannot be read or written: " + e.getMessage(),
          "check the temporary folder and its free space",
          e);
    } catch (RuntimeException | Error e) {
      workloads.close();
      throw e;
    }
  }

  private void add(Path model, long seed, int threads, SoakScale scale, Tally tally)
      throws IOException, InterruptedException {
    JobMix mix = new JobMix(scale.requests(), new Random(seed));
    Path image = model.resolve("start.png");
    Path scratch = Files.createDirectory(model.resolve("bad"));
    BadInputs badInputs =
        new BadInputs(
            scratch,
            Files.readAllBytes(image),
            Files.readAllBytes(model.resolve("vae/diffusion_pytorch_model.safetensors")),
            tally);
    HostWorkload host = new HostWorkload(model, mix, badInputs, tally, threads, scale);
    all.add(host);
    host.warmUp();
    all.add(new DeviceWorkload(model, JobMix.smallest(), tally, threads));
    all.add(new DiskWorkload(model, image, Files.createDirectory(model.resolve("outputs")), tally));
    all.add(
        new KillWorkload(
            model, image, Files.createDirectory(model.resolve("kills")), scale, tally));
  }

  List<Workload> all() {
    return all;
  }

  @Override
  public void close() {
    all.reversed().forEach(Workload::close);
  }
}
