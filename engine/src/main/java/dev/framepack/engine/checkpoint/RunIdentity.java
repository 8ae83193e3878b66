package dev.framepack.engine.checkpoint;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * All that decides the bits of a video beside its request: engine version, backend, arithmetic,
 * precision, the files of the model and of the request.
 *
 * @param facts by name, such as {@code model.transformer/config.json}
 */
public record RunIdentity(Map<String, String> facts) {
  private static final String NONE = "none";

  public RunIdentity {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }

  /** Refuses a run that would give other bits, naming the first fact that differs. */
  void requireSame(RunIdentity here, Path folder) {
    Set<String> names = new LinkedHashSet<>(facts.keySet());
    names.addAll(here.facts.keySet());
    for (String name : names) {
      String then = facts.getOrDefault(name, NONE);
      String now = here.facts.getOrDefault(name, NONE);
      if (!then.equals(now)) {
        throw CheckpointErrors.foreign(folder, name, then, now);
      }
    }
  }
}
