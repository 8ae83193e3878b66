package dev.framepack.weights;

import dev.framepack.weights.FileHeader.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tensors must tile the data exactly: no hole, no overlap, no tail, each of its own size. */
final class SafetensorsLayout {
  private SafetensorsLayout() {}

  static void check(Path file, List<Entry> entries, long dataBytes) {
    List<Entry> ordered = new ArrayList<>(entries);
    ordered.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long next = 0;
    Entry previous = null;
    for (Entry entry : ordered) {
      checkPosition(file, entry, next, previous);
      checkSize(file, entry);
      next = entry.end();
      previous = entry;
    }
    if (next != dataBytes) {
      throw WeightException.in(
          WeightError.ST_FILE_LENGTH,
          file,
          "the tensors take %s bytes, the file has %s after its header".formatted(next, dataBytes));
    }
  }

  private static void checkPosition(Path file, Entry entry, long next, @Nullable Entry previous) {
    if (entry.end() < entry.begin()) {
      throw WeightException.inTensor(
          WeightError.ST_OFFSETS,
          file,
          entry.info().name(),
          "data_offsets [%s, %s] end before they begin".formatted(entry.begin(), entry.end()));
    }
    if (entry.begin() != next) {
      String neighbour =
          previous == null
              ? "the start of the data"
              : "the end of " + MessageText.quote(previous.info().name(), 60);
      throw WeightException.inTensor(
          WeightError.ST_OFFSETS_NOT_CONTIGUOUS,
          file,
          entry.info().name(),
          "%s: begins at byte %s, expected %s, %s"
              .formatted(
                  entry.begin() < next ? "overlap" : "hole", entry.begin(), next, neighbour));
    }
  }

  private static void checkSize(Path file, Entry entry) {
    TensorInfo info = entry.info();
    long bits = Math.multiplyExact(info.elementCount(), info.type().bits());
    if (bits % 8 != 0) {
      throw WeightException.inTensor(
          WeightError.ST_MISALIGNED,
          file,
          info.name(),
          "%s of shape %s takes %s bits, expected whole bytes"
              .formatted(info.type(), Arrays.toString(info.shape()), bits));
    }
    if (entry.end() - entry.begin() != bits / 8) {
      throw WeightException.inTensor(
          WeightError.ST_SIZE_MISMATCH,
          file,
          info.name(),
          "data_offsets span %s bytes, %s of shape %s takes %s"
              .formatted(
                  entry.end() - entry.begin(),
                  info.type(),
                  Arrays.toString(info.shape()),
                  bits / 8));
    }
  }
}
