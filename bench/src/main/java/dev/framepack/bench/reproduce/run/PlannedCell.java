package dev.framepack.bench.reproduce.run;

import java.util.Map;
import java.util.Optional;

/**
 * A cell and what would be run for it.
 *
 * @param key equal only when the same video would be made and measured in the same way
 * @param source empty when there can be no such video
 * @param canonical the source, or the variant's texts where there is none, as JSON values
 * @param refusal why there is no source; empty when there is one
 */
public record PlannedCell(
    Cell cell,
    String key,
    Optional<VideoSource> source,
    Map<String, Object> canonical,
    String refusal) {}
