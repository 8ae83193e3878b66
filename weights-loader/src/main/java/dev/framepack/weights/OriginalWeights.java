package dev.framepack.weights;

import dev.framepack.weights.OriginalNames.Share;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A transformer's tensors under canonical names where its files have the original release's:
 * weights kept together there are rows of one tensor, which is what a tensor handed out here is a
 * view of.
 */
public final class OriginalWeights implements TensorSource {

  /** Where a canonical tensor lies. */
  private record Place(String stored, long firstRow, long[] shape) {}

  private final TensorSource files;
  private final Map<String, Place> places;

  private OriginalWeights(TensorSource files, Map<String, Place> places) {
    this.files = files;
    this.places = places;
  }

  /**
   * The files under canonical names.
   *
   * @param expected what the model needs
   * @return the files themselves when none of their names is an original one
   */
  public static TensorSource over(TensorSource files, Collection<ExpectedTensor> expected) {
    Map<String, Place> places = new LinkedHashMap<>();
    Map<String, List<Share>> shares = OriginalNames.sharesOf(expected);
    boolean original = false;
    for (String name : files.names()) {
      List<Share> parts = shares.get(name);
      if (parts == null) {
        places.put(name, new Place(name, 0, files.info(name).shape()));
        continue;
      }
      original = true;
      long[] stored = files.info(name).shape();
      long rows = 0;
      for (Share part : parts) {
        rows += part.tensor().shape()[0];
      }
      for (Share part : parts) {
        // Of a tensor that is not as long as the model wants, the stored shape is what to report.
        long[] shape =
            stored.length > 0 && stored[0] == rows
                ? withRows(stored, part.tensor().shape()[0])
                : stored;
        places.put(part.tensor().name(), new Place(name, part.firstRow(), shape));
      }
    }
    return original ? new OriginalWeights(files, places) : files;
  }

  private static long[] withRows(long[] shape, long rows) {
    long[] changed = shape.clone();
    changed[0] = rows;
    return changed;
  }

  @Override
  public Set<String> names() {
    return places.keySet();
  }

  @Override
  public TensorInfo info(String name) {
    Place place = place(name);
    return new TensorInfo(name, files.info(place.stored()).type(), place.shape());
  }

  @Override
  public WeightTensor tensor(String name) {
    Place place = place(name);
    WeightTensor whole = files.tensor(place.stored());
    if (Arrays.equals(whole.shape(), place.shape()) && place.firstRow() == 0) {
      return whole.withName(name);
    }
    long rowBytes = whole.data().byteSize() / whole.shape()[0];
    long begin = place.firstRow() * rowBytes;
    long bytes = place.shape()[0] * rowBytes;
    long beforeEnd = Math.min(bytes, whole.data().byteSize() - begin);
    MemorySegment data = whole.data().asSlice(begin, beforeEnd);
    if (beforeEnd < bytes) { // the rows go on at the beginning
      MemorySegment joined = Arena.ofAuto().allocate(bytes);
      copy(data, joined, 0, name);
      copy(whole.data().asSlice(0, bytes - beforeEnd), joined, beforeEnd, name);
      data = joined;
    }
    return new WeightTensor(name, whole.type(), place.shape(), data);
  }

  private static void copy(MemorySegment from, MemorySegment to, long offset, String name) {
    try {
      MemorySegment.copy(from, 0, to, offset, from.byteSize());
    } catch (InternalError fault) {
      throw MappedFiles.changed(name, fault);
    }
  }

  private Place place(String name) {
    Place place = places.get(name);
    if (place == null) {
      throw WeightException.inTensor(
          WeightError.MODEL_TENSOR_MISSING, null, name, "is not in these weights");
    }
    return place;
  }
}
