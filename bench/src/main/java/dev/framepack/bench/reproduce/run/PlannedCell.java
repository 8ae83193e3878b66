package dev.framepack.bench.reproduce.run;

import dev.framepack.engine.VideoRequest;
import java.util.Map;
import java.util.Optional;

/**
 * A cell and what would be run for it.
 *
 * @param key equal exactly when the same video would be made and measured in the same way
 * @param request empty when the variant cannot be asked of this engine
 * @param canonical the request, or the variant's texts where there is none, as JSON values
 * @param refusal why there is no request; empty when there is one
 */
public record PlannedCell(
    Cell cell,
    String key,
    Optional<VideoRequest> request,
    Map<String, Object> canonical,
    String refusal) {}
