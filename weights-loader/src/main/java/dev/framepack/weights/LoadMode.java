package dev.framepack.weights;

/** How the data of a weight file is brought in. */
public enum LoadMode {
  /** Mapped read only; pages come in when touched and are shared between processes. */
  MAPPED,
  /** Read into native memory at once; for network file systems, where a mapping can fault. */
  READ,
  /** The header alone; the file must still have its full length, but no data is reachable. */
  HEADER_ONLY
}
