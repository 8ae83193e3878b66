package dev.framepack.engine;

import dev.framepack.engine.image.ImageSize;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a request will take, told before any work.
 *
 * @param size of the video, pixels
 * @param outputFrames of the video
 * @param sections in order of generation
 * @param passes of the network in the whole video; with guidance several to a step, those a step
 *     cache may leave out included
 * @param memory what tensors take, on the device or on the host
 * @param hostBytes most of the host's memory at one time beside the Java heap: the tensors where
 *     they lie there or the weights that are streamed from there, and the tables of conditioning
 * @param hostLimitBytes the memory of this machine
 * @param changes what would make it fit, each alone; empty when it fits
 */
public record GenerationPlan(
    ImageSize size,
    int outputFrames,
    List<SectionCost> sections,
    int passes,
    MemoryForecast memory,
    long hostBytes,
    long hostLimitBytes,
    List<FittingChange> changes) {

  /**
   * One section.
   *
   * @param inTime its place in order of time, 0 the first
   * @param steps of the sampler
   * @param contextTokens packed tokens of what it sees
   * @param generatedTokens of the frames it makes
   */
  public record SectionCost(int inTime, int steps, long contextTokens, long generatedTokens) {
    /** All packed tokens; image and text come on top. */
    public long tokens() {
      return contextTokens + generatedTokens;
    }
  }

  /**
   * A change that makes a request fit.
   *
   * @param change such as {@code --vae-tiling}
   * @param peakBytes what tensors take then, on the device or on the host
   */
  public record FittingChange(String change, long peakBytes) {}

  public GenerationPlan {
    sections = List.copyOf(sections);
    changes = List.copyOf(changes);
  }

  /** True when it stays within the limits of device and machine. */
  public boolean fits() {
    return memory.fits() && hostBytes <= hostLimitBytes;
  }

  /** All of it under the names of this record, ready for JSON. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("width", size.width());
    map.put("height", size.height());
    map.put("outputFrames", outputFrames);
    map.put("passes", passes);
    map.put("sections", sections.stream().map(GenerationPlan::map).toList());
    map.put("onDevice", memory.onDevice());
    map.put("peakBytes", memory.peakBytes());
    map.put("weightBytes", memory.weightBytes());
    map.put("streamedBytes", memory.streamedBytes());
    memory.limitBytes().ifPresent(limit -> map.put("limitBytes", limit));
    map.put("hostBytes", hostBytes);
    map.put("hostLimitBytes", hostLimitBytes);
    map.put("fits", fits());
    map.put(
        "changes",
        changes.stream()
            .map(change -> Map.of("change", change.change(), "peakBytes", change.peakBytes()))
            .toList());
    return map;
  }

  private static Map<String, Object> map(SectionCost section) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("inTime", section.inTime());
    map.put("steps", section.steps());
    map.put("contextTokens", section.contextTokens());
    map.put("generatedTokens", section.generatedTokens());
    return map;
  }
}
