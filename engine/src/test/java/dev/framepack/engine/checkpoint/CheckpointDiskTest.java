package dev.framepack.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.OutputException;
import dev.framepack.engine.disk.DiskWatcher;
import dev.framepack.engine.disk.FullDisk;
import dev.framepack.engine.disk.PowerCut;
import dev.framepack.engine.disk.WatchedDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** F06 and F08: disks that are full, and machines that lose their power. */
final class CheckpointDiskTest {
  private static final int PLANS = 3;
  private static final String FOLDER = StoredJob.folderName(StoredSections.JOB);

  @TempDir Path root;

  /** At whatever write it happens, what was stored before can be taken up. */
  @Test
  void aFullDiskLosesTheSectionInWorkAlone() throws IOException {
    boolean done = false;
    for (int changes = 0; !done; changes++) {
      Path place = Files.createDirectory(root.resolve("after-" + changes));
      FullDisk full = new FullDisk(changes);
      int stored = -1;
      Path watched = new WatchedDisk(full).path(place);
      try (Checkpoint checkpoint = StoredSections.create(watched)) {
        stored = 0;
        for (int plan = 0; plan < PLANS; plan++) {
          StoredSections.add(checkpoint, plan);
          stored++;
        }
      } catch (OutputException e) {
        assertThat(e.code()).isEqualTo("CHECKPOINT_WRITE_FAILED");
        assertThat(e.getMessage()).contains("No space left on device");
      }
      done = !full.wasMet();
      assertThat(Files.exists(place.resolve(FOLDER)))
          .as("a place for %s", changes)
          .isEqualTo(stored >= 0);
      if (stored >= 0) {
        try (Checkpoint resumed = StoredSections.resume(place.resolve(FOLDER))) {
          assertThat(resumed.finishedPlans()).isEqualTo(stored);
          for (int plan = 0; plan < stored; plan++) {
            assertThat(
                    resumed
                        .journal(n -> {})
                        .find(StoredSections.plans().get(plan))
                        .orElseThrow()
                        .window()
                        .values())
                .isEqualTo(StoredSections.entry(plan).window().values());
          }
        }
      }
      assertThat(done).as("the disk was full").isEqualTo(stored == PLANS);
    }
  }

  /** Wherever the power goes, the manifest names nothing that is missing or short. */
  @Test
  void aPowerCutLosesTheSectionInWorkAlone() throws IOException {
    Path folder = root.resolve("run").resolve(FOLDER);
    Cuts cuts = new Cuts(new PowerCut(folder), root.resolve("cuts"));
    try (Checkpoint checkpoint =
        StoredSections.create(new WatchedDisk(cuts).path(root.resolve("run")))) {
      cuts.stored = 0;
      for (int plan = 0; plan < PLANS; plan++) {
        StoredSections.add(checkpoint, plan);
        cuts.stored = plan + 1;
      }
    }
    assertThat(cuts.taken).isGreaterThan(100);
    assertThat(cuts.mostFound).isEqualTo(PLANS);
  }

  /** A folder whose name was never forced is gone after a power cut, with all that is in it. */
  @Test
  void everyFolderThatIsMadeIsForcedIntoTheOneAbove() {
    Set<Path> made = new LinkedHashSet<>();
    Set<Path> lost = new LinkedHashSet<>();
    DiskWatcher folders =
        new DiskWatcher() {
          @Override
          public void created(Path path) {
            if (Files.isDirectory(path)) {
              made.add(path);
              lost.add(path);
            }
          }

          @Override
          public void forced(Path path) {
            lost.removeIf(folder -> path.equals(folder.getParent()));
          }
        };
    StoredSections.create(new WatchedDisk(folders).path(root.resolve("a").resolve("b"))).close();
    assertThat(made).hasSize(3);
    assertThat(lost).isEmpty();
  }

  /** Cuts the power several times before every change, and looks at what is left. */
  private static final class Cuts implements DiskWatcher {
    private static final int CUTS_A_CHANGE = 4;

    private final PowerCut model;
    private final Path places;
    private final Random random = new Random(8);
    private int stored = -1;
    private int taken;
    private int mostFound;

    Cuts(PowerCut model, Path places) throws IOException {
      this.model = model;
      this.places = Files.createDirectory(places);
    }

    @Override
    public void before(Change change, Path path) throws IOException {
      for (int i = 0; i < CUTS_A_CHANGE; i++) {
        Path place = Files.createDirectory(places.resolve("cut-" + taken++)).resolve(FOLDER);
        model.leave(place, random);
        if (stored < 0 && !Files.exists(place.resolve(Manifest.FILE))) {
          continue; // the job had not begun
        }
        try (Checkpoint resumed = StoredSections.resume(place)) {
          assertThat(resumed.finishedPlans()).isBetween(Math.max(stored, 0), stored + 1);
          mostFound = Math.max(mostFound, resumed.finishedPlans());
        }
      }
    }

    @Override
    public void created(Path path) {
      model.created(path);
    }

    @Override
    public void forced(Path path) throws IOException {
      model.forced(path);
    }

    @Override
    public void renamed(Path from, Path to) {
      model.renamed(from, to);
    }

    @Override
    public void deleted(Path path) {
      model.deleted(path);
    }
  }
}
