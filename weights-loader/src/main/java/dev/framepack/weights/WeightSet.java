package dev.framepack.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The weights of one component, in one file or several, as one namespace. Owns its files. Thread
 * safety and lifetime are those of {@link WeightFile}.
 */
public final class WeightSet implements TensorSource, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(WeightSet.class.getName());
  private static final Pattern SHARD_NAME =
      Pattern.compile("(?<stem>.*)-\\d+-of-(?<count>\\d+)\\.safetensors");

  private final Path source;
  private final List<WeightFile> files;
  private final Map<String, WeightFile> fileOf;

  private WeightSet(Path source, List<WeightFile> files, Map<String, WeightFile> fileOf) {
    this.source = source;
    this.files = List.copyOf(files);
    this.fileOf = Collections.unmodifiableMap(fileOf);
  }

  /** Opens the weights of a component folder, mapped; precedence: see the module's README. */
  public static WeightSet openFolder(Path folder) {
    return openFolder(folder, OpenOptions.MAPPED);
  }

  /**
   * Opens the weights of a component folder.
   *
   * @throws WeightException {@code MODEL_WEIGHTS_MISSING}, {@code MODEL_WEIGHTS_AMBIGUOUS}, and the
   *     errors of {@link #open(Path, OpenOptions)}
   */
  public static WeightSet openFolder(Path folder, OpenOptions options) {
    return open(WeightFolder.weightsIn(folder), options);
  }

  /**
   * Opens a component folder, a safetensors file or a shard index.
   *
   * @throws WeightException {@code INDEX_*} for a bad index, and the errors of {@link
   *     WeightFile#open(Path)}
   */
  public static WeightSet open(Path path, OpenOptions options) {
    if (Files.isDirectory(path)) {
      return openFolder(path, options);
    }
    if (path.toString().endsWith(".json")) {
      return openIndex(path, options);
    }
    requireInside(path, options);
    WeightFile file = WeightFile.open(path, options.mode());
    Map<String, WeightFile> fileOf = new LinkedHashMap<>();
    file.names().forEach(name -> fileOf.put(name, file));
    return new WeightSet(path, List.of(file), fileOf);
  }

  /** Whether the weights of a folder, or a file, are GGUF; false where there are none. */
  public static boolean isGguf(Path path) {
    if (Files.isDirectory(path)) {
      return WeightFolder.list(path).stream().anyMatch(name -> name.endsWith(".gguf"))
          && isGguf(WeightFolder.weightsIn(path));
    }
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (FileChannel channel = MappedFiles.openChannel(path)) {
      return GgufHeader.isGguf(channel);
    } catch (IOException e) {
      throw MappedFiles.unreadable(path, e);
    }
  }

  private static WeightSet openIndex(Path path, OpenOptions options) {
    ShardIndex index = ShardIndex.read(path);
    Set<String> shards = new LinkedHashSet<>(index.shardOf().values());
    Path folder = MappedFiles.folderOf(path);
    requireShards(path, folder, shards, options);
    List<WeightFile> files = new ArrayList<>();
    try {
      Map<String, WeightFile> byShard = new LinkedHashMap<>();
      for (String shard : shards) {
        WeightFile file = WeightFile.open(folder.resolve(shard), options.mode());
        files.add(file);
        byShard.put(shard, file);
      }
      Map<String, WeightFile> fileOf = merge(files);
      checkWeightMap(path, index, byShard, fileOf);
      return new WeightSet(path, files, fileOf);
    } catch (RuntimeException | Error e) {
      files.forEach(WeightFile::close);
      throw e;
    }
  }

  private static void requireShards(
      Path index, Path folder, Set<String> shards, OpenOptions options) {
    List<String> missing = shards.stream().filter(s -> !Files.exists(folder.resolve(s))).toList();
    if (!missing.isEmpty()) {
      throw WeightException.in(
          WeightError.INDEX_SHARD_MISSING,
          index,
          "%s of %s shards are missing: %s"
              .formatted(missing.size(), shards.size(), NameList.of(missing)));
    }
    shards.forEach(shard -> requireInside(folder.resolve(shard), options));
    Set<String> series = new LinkedHashSet<>();
    shards.forEach(shard -> series.add(seriesOf(shard)));
    List<String> stale =
        WeightFolder.list(folder).stream()
            .filter(name -> SHARD_NAME.matcher(name).matches())
            .filter(name -> series.contains(seriesOf(name)) && !shards.contains(name))
            .toList();
    if (!stale.isEmpty()) {
      throw WeightException.in(
          WeightError.INDEX_SHARD_UNREFERENCED,
          index,
          "weight_map does not mention " + NameList.of(stale));
    }
  }

  /**
   * What the shards of one checkpoint share: stem and count; the name itself for any other file.
   */
  private static String seriesOf(String shard) {
    Matcher name = SHARD_NAME.matcher(shard);
    return name.matches() ? name.group("stem") + "/" + name.group("count") : shard;
  }

  private static void requireInside(Path file, OpenOptions options) {
    if (!options.strictRoot()) {
      return;
    }
    try {
      Path folder = MappedFiles.folderOf(file).toRealPath();
      Path target = file.toRealPath();
      if (!target.startsWith(folder)) {
        throw WeightException.in(
            WeightError.INDEX_SYMLINK,
            file,
            "leads out of its folder to " + MessageText.quote(target.toString(), 80));
      }
    } catch (IOException e) {
      throw MappedFiles.unreadable(file, e);
    }
  }

  private static Map<String, WeightFile> merge(List<WeightFile> files) {
    Map<String, WeightFile> fileOf = new LinkedHashMap<>();
    for (WeightFile file : files) {
      for (String name : file.names()) {
        WeightFile other = fileOf.put(name, file);
        if (other != null) {
          throw WeightException.inTensor(
              WeightError.INDEX_TENSOR_DUPLICATE,
              file.path(),
              name,
              "is also in " + MessageText.quote(other.path().getFileName().toString(), 80));
        }
      }
    }
    return fileOf;
  }

  private static void checkWeightMap(
      Path path,
      ShardIndex index,
      Map<String, WeightFile> byShard,
      Map<String, WeightFile> fileOf) {
    index
        .shardOf()
        .forEach((tensor, shard) -> {
          WeightFile holder = fileOf.get(tensor);
          if (holder != byShard.get(shard)) {
            throw WeightException.inTensor(
                WeightError.INDEX_TENSOR_NOT_IN_SHARD,
                path,
                tensor,
                "expected in %s, found in %s"
                    .formatted(
                        MessageText.quote(shard, 60),
                        holder == null
                            ? "no shard"
                            : MessageText.quote(holder.path().getFileName().toString(), 60)));
          }
        });
    List<String> unlisted =
        fileOf.keySet().stream().filter(name -> !index.shardOf().containsKey(name)).toList();
    if (!unlisted.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0}: the shards hold {1} tensors the index does not list: {2}",
          MessageText.escape(path.toString()),
          Integer.toString(unlisted.size()),
          NameList.of(unlisted));
    }
    long bytes = 0;
    for (Map.Entry<String, WeightFile> entry : fileOf.entrySet()) {
      bytes += entry.getValue().info(entry.getKey()).byteSize();
    }
    if (index.totalSize().isPresent() && index.totalSize().getAsLong() != bytes) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0}: metadata.total_size is {1}, the tensors take {2} bytes",
          MessageText.escape(path.toString()),
          Long.toString(index.totalSize().getAsLong()),
          Long.toString(bytes));
    }
  }

  /** The file or index that was opened. */
  public Path source() {
    return source;
  }

  /** The open files, in the order of the index. */
  public List<WeightFile> files() {
    return files;
  }

  @Override
  public Set<String> names() {
    return fileOf.keySet();
  }

  @Override
  public TensorInfo info(String name) {
    return holder(name).info(name);
  }

  @Override
  public WeightTensor tensor(String name) {
    return holder(name).tensor(name);
  }

  /** See {@link WeightFile#requireUnchanged()}. */
  public void requireUnchanged() {
    files.forEach(WeightFile::requireUnchanged);
  }

  @Override
  public void close() {
    files.forEach(WeightFile::close);
  }

  private WeightFile holder(String name) {
    WeightFile file = fileOf.get(name);
    if (file == null) {
      throw WeightException.inTensor(
          WeightError.MODEL_TENSOR_MISSING, source, name, "is not in these weights");
    }
    return file;
  }
}
