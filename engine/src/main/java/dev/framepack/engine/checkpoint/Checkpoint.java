package dev.framepack.engine.checkpoint;

import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.hash.Sha256;
import dev.framepack.engine.image.PngEncoder;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.pipeline.SectionJournal;
import dev.framepack.engine.request.RequestJson;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * The checkpoint of one job: {@code manifest.json}, a file for the window of each plan that was
 * made, and the pictures of the request. After every plan its file is written first and the
 * manifest that names it second, each durably, so that the manifest never promises what is not
 * there. One process at a time holds it, from {@link #create} or {@link #resume} to {@link #close}.
 */
public final class Checkpoint implements AutoCloseable {
  private final DurableFolder folder;
  private final VideoRequest request;
  private Manifest manifest;

  private Checkpoint(DurableFolder folder, VideoRequest request, Manifest manifest) {
    this.folder = folder;
    this.request = request;
    this.manifest = manifest;
  }

  /**
   * Begins one.
   *
   * @param root made when missing
   * @param job a name no other job has
   * @param identity what must be the same to go on
   * @param setup how the engine was opened, for {@link StoredJob}
   * @throws dev.framepack.engine.OutputException when it cannot be written
   */
  public static Checkpoint create(
      Path root,
      String job,
      VideoRequest request,
      RunIdentity identity,
      Map<String, Object> setup) {
    Map<String, Rgb8Image> images = new LinkedHashMap<>();
    Map<String, Object> written =
        RequestJson.write(
            request,
            image -> {
              String name = StoredJob.imageName(image);
              images.put(name, image);
              return Optional.of(name);
            });
    Manifest manifest = new Manifest(job, identity, setup, written, List.of());
    DurableFolder folder = DurableFolder.create(root.resolve(StoredJob.folderName(job)));
    try {
      images.forEach((name, image) -> folder.write(name, PngEncoder.encode(image)));
      folder.write(Manifest.FILE, manifest.encode());
      return new Checkpoint(folder, request, manifest);
    } catch (RuntimeException | Error e) {
      folder.abandon(e);
      throw e;
    }
  }

  /**
   * Takes up one that was left, after everything in it has been verified.
   *
   * @param request what is to be made; the folder may hold another job since that was read
   * @param here what this engine is for it
   * @throws dev.framepack.engine.CheckpointException when it is missing, damaged, in use, or was
   *     made by something else than {@code here}, naming what differs
   */
  public static Checkpoint resume(Path path, VideoRequest request, RunIdentity here) {
    DurableFolder folder = DurableFolder.open(path);
    try {
      StoredJob stored = StoredJob.read(path);
      Manifest manifest = stored.manifest();
      manifest.identity().requireSame(here, path);
      if (!stored.request().equals(request)) {
        throw CheckpointErrors.otherRequest(path);
      }
      Set<String> names = new HashSet<>(Set.of(Manifest.FILE));
      for (int plan = 0; plan < manifest.plans().size(); plan++) {
        verify(folder, plan, manifest.plans().get(plan));
        names.add(SectionFile.name(plan));
      }
      RequestJson.write(
          request,
          image -> {
            names.add(StoredJob.imageName(image));
            return Optional.empty();
          });
      folder.retain(names);
      return new Checkpoint(folder, request, manifest);
    } catch (RuntimeException | Error e) {
      folder.close();
      throw e;
    }
  }

  private static void verify(DurableFolder folder, int number, FinishedPlan plan) {
    Path file = folder.path().resolve(SectionFile.name(number));
    if (!plan.file().equals(SectionFile.name(number))) {
      throw CheckpointErrors.damaged(file, "the manifest names another file", null);
    }
    byte[] content = folder.read(plan.file());
    if (content.length != plan.bytes()) {
      throw CheckpointErrors.damaged(
          file, "bytes: expected %s, found %s".formatted(plan.bytes(), content.length), null);
    }
    String found = Sha256.of(content);
    if (!found.equals(plan.sha256())) {
      throw CheckpointErrors.damaged(
          file, "sha256: expected %s, found %s".formatted(plan.sha256(), found), null);
    }
  }

  /** The folder {@code job-...}. */
  public Path folder() {
    return folder.path();
  }

  /** What is being made. */
  public VideoRequest request() {
    return request;
  }

  /** How many plans need not be made again. */
  public int finishedPlans() {
    return manifest.plans().size();
  }

  /**
   * Its way into a run.
   *
   * @param stored told after each plan how many are stored now
   */
  public SectionJournal journal(IntConsumer stored) {
    return new SectionJournal() {
      @Override
      public Optional<Entry> find(SectionPlan plan) {
        return plan.number() < finishedPlans()
            ? Optional.of(read(plan.number()))
            : Optional.empty();
      }

      @Override
      public void add(SectionPlan plan, Supplier<Entry> entry) {
        write(plan.number(), entry.get());
        stored.accept(finishedPlans());
      }
    };
  }

  private SectionJournal.Entry read(int number) {
    FinishedPlan plan = manifest.plans().get(number);
    verify(folder, number, plan);
    return new SectionJournal.Entry(
        SectionFile.read(folder.path().resolve(plan.file())), plan.noise(), plan.historyNoise());
  }

  private void write(int number, SectionJournal.Entry entry) {
    String name = SectionFile.name(number);
    byte[] content = SectionFile.encode(manifest.job(), number, entry.window());
    folder.write(name, content);
    Manifest next =
        manifest.with(
            new FinishedPlan(
                name, Sha256.of(content), content.length, entry.noise(), entry.historyNoise()));
    folder.write(Manifest.FILE, next.encode());
    manifest = next;
  }

  /** Removes it: the video is where it belongs. */
  public void discard() {
    folder.delete(Manifest.FILE);
  }

  /** Lets others have it; it stays on disk. */
  @Override
  public void close() {
    folder.close();
  }
}
