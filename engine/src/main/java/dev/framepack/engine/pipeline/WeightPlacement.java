package dev.framepack.engine.pipeline;

import dev.framepack.engine.binding.WeightGroup;
import dev.framepack.weights.Component;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which weights are resident and which take turns in a ring. What a video reads once is streamed
 * first, then blocks from the last one on, until the rest fits.
 *
 * @param streamed groups of each component, in order of use
 * @param ringBytes device memory that the streamed groups share
 * @param residentBytes device memory of the other weights
 * @param streamedBytes host memory of the streamed groups
 */
public record WeightPlacement(
    Map<Component, List<WeightGroup>> streamed,
    long ringBytes,
    long residentBytes,
    long streamedBytes) {

  private record Candidate(PartWeights part, WeightGroup group) {
    long bytes() {
      return group.byteSize(part.types());
    }
  }

  /** Everything resident. */
  public static WeightPlacement resident(ModelSet models) {
    return of(models.weights(), List.of());
  }

  /** Everything streamed that can be. */
  public static WeightPlacement streamed(ModelSet models) {
    return of(models.weights(), candidates(models.weights()));
  }

  /**
   * As much resident as fits.
   *
   * @param budgetBytes for weights and ring; when even the smallest placement takes more, that one
   */
  public static WeightPlacement within(ModelSet models, long budgetBytes) {
    List<Candidate> candidates = candidates(models.weights());
    for (int count = 0; count < candidates.size(); count++) {
      WeightPlacement placement = of(models.weights(), candidates.subList(0, count));
      if (placement.deviceBytes() <= budgetBytes) {
        return placement;
      }
    }
    return of(models.weights(), candidates);
  }

  /** Groups in the order in which they give up their place. */
  private static List<Candidate> candidates(List<PartWeights> parts) {
    List<Candidate> once = new ArrayList<>();
    List<Candidate> everyStep = new ArrayList<>();
    for (PartWeights part : parts) {
      for (WeightGroup group : part.groups()) {
        (group.everyStep() ? everyStep : once).add(new Candidate(part, group));
      }
    }
    Collections.reverse(everyStep);
    once.addAll(everyStep);
    return once;
  }

  private static WeightPlacement of(List<PartWeights> parts, List<Candidate> away) {
    Set<WeightGroup> chosen = new HashSet<>();
    long largest = 0;
    long largestEveryStep = 0;
    long streamedBytes = 0;
    for (Candidate candidate : away) {
      chosen.add(candidate.group());
      largest = Math.max(largest, candidate.bytes());
      streamedBytes += candidate.bytes();
      if (candidate.group().everyStep()) {
        largestEveryStep = Math.max(largestEveryStep, candidate.bytes());
      }
    }
    Map<Component, List<WeightGroup>> streamed = new EnumMap<>(Component.class);
    long all = 0;
    for (PartWeights part : parts) {
      streamed.put(part.component(), part.groups().stream().filter(chosen::contains).toList());
      all += part.byteSize();
    }
    // Two of what every step reads: one is copied while the other is used.
    long ring = Math.max(largest, 2 * largestEveryStep);
    return new WeightPlacement(
        Collections.unmodifiableMap(streamed), ring, all - streamedBytes, streamedBytes);
  }

  /** Device memory of resident weights and ring. */
  public long deviceBytes() {
    return residentBytes + ringBytes;
  }

  /** Size of every streamed group, in the order of loading. */
  List<Long> groupBytes(ModelSet models) {
    List<Long> sizes = new ArrayList<>();
    for (PartWeights part : models.weights()) {
      for (WeightGroup group : of(part)) {
        sizes.add(group.byteSize(part.types()));
      }
    }
    return sizes;
  }

  /** Streamed groups of a component. */
  List<WeightGroup> of(PartWeights part) {
    return streamed.getOrDefault(part.component(), List.of());
  }
}
