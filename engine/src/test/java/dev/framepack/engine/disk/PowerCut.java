package dev.framepack.engine.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * What a disk would hold if the power went now: of a file, the content it was last forced with, and
 * of what came later nothing or a part; of a folder, the entries it was last forced with, and any
 * of the later changes or none. One folder is modelled, with the files in it.
 */
public final class PowerCut implements DiskWatcher {
  private static final byte[] NOTHING = {};

  private final Path folder;
  private final Map<Path, Integer> entries = new HashMap<>();
  private final Map<Path, Integer> durableEntries = new HashMap<>();
  private final Map<Integer, byte[]> durableContents = new HashMap<>();
  private final List<Consumer<Map<Path, Integer>>> pending = new ArrayList<>();
  private int inodes;

  /**
   * @param folder its real path
   */
  public PowerCut(Path folder) {
    this.folder = folder;
  }

  private void change(Path path, Consumer<Map<Path, Integer>> change) {
    if (folder.equals(path.getParent())) {
      change.accept(entries);
      pending.add(change);
    }
  }

  @Override
  public void created(Path path) {
    int inode = inodes++;
    change(path, names -> names.put(path.getFileName(), inode));
  }

  @Override
  public void renamed(Path from, Path to) {
    int inode = entries.getOrDefault(from.getFileName(), -1);
    change(
        to,
        names -> {
          names.remove(from.getFileName(), inode);
          names.put(to.getFileName(), inode);
        });
  }

  @Override
  public void deleted(Path path) {
    change(path, names -> names.remove(path.getFileName()));
  }

  @Override
  public void forced(Path path) throws IOException {
    if (path.equals(folder)) {
      durableEntries.clear();
      durableEntries.putAll(entries);
      pending.clear();
    } else if (folder.equals(path.getParent())) {
      durableContents.put(entries.get(path.getFileName()), Files.readAllBytes(path));
    }
  }

  /** Makes a folder that looks as this one would after the cut. */
  public void leave(Path target, Random random) throws IOException {
    Files.createDirectory(target);
    Map<Path, Integer> names = new HashMap<>(durableEntries);
    for (Consumer<Map<Path, Integer>> change : pending) {
      if (random.nextBoolean()) {
        change.accept(names);
      }
    }
    for (Map.Entry<Path, Integer> entry : names.entrySet()) {
      Files.write(target.resolve(entry.getKey()), content(entry.getValue(), random));
    }
  }

  private byte[] content(int inode, Random random) throws IOException {
    byte[] durable = durableContents.getOrDefault(inode, NOTHING);
    for (Map.Entry<Path, Integer> entry : entries.entrySet()) {
      Path file = folder.resolve(entry.getKey());
      if (entry.getValue() == inode && Files.exists(file)) {
        byte[] now = Files.readAllBytes(file);
        return Arrays.equals(now, durable) || random.nextBoolean()
            ? durable
            : Arrays.copyOf(now, random.nextInt(now.length + 1));
      }
    }
    return durable;
  }
}
