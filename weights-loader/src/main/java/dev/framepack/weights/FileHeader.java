package dev.framepack.weights;

import java.util.Collections;
import java.util.Map;

/**
 * The checked header of a weight file, whatever its format.
 *
 * @param entries by name, in header order
 * @param metadata texts by key, empty if there are none
 * @param dataStart byte in the file at which the data begins
 */
record FileHeader(Map<String, Entry> entries, Map<String, String> metadata, long dataStart) {

  /** One tensor; {@code begin} and {@code end} count bytes from {@link FileHeader#dataStart}. */
  record Entry(TensorInfo info, long begin, long end) {}

  FileHeader {
    entries = Collections.unmodifiableMap(entries);
    metadata = Collections.unmodifiableMap(metadata);
  }
}
