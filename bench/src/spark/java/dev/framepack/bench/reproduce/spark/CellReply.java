package dev.framepack.bench.reproduce.spark;

import java.io.Serializable;
import java.util.Map;

/**
 * A finished cell on its way to the driver.
 *
 * @param json its record, as in {@code cells.jsonl}
 * @param pictures PNG files by name, relative to the run's folder
 * @param place executor and machine it ran on
 */
record CellReply(String json, Map<String, byte[]> pictures, String place) implements Serializable {}
