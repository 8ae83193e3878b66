package dev.framepack.engine;

import dev.framepack.engine.checkpoint.Checkpoint;
import dev.framepack.engine.checkpoint.RunIdentity;
import dev.framepack.engine.history.HistoryRule;
import dev.framepack.engine.pipeline.ModelParts;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Begins and takes up checkpoints of one engine. */
record EngineCheckpoints(EngineConfig config, ModelIdentity model, ModelParts parts) {

  /** A new one, if the options want one. */
  RunCheckpoint begin(JobOptions options, VideoRequest request) {
    Path folder = options.checkpoints();
    return folder == null
        ? RunCheckpoint.none()
        : RunCheckpoint.of(
            Checkpoint.create(
                folder, options.id(), request, identity(request), EngineSetup.of(config).toJson()),
            options.keepCheckpoint());
  }

  /** One that was left. */
  RunCheckpoint resume(JobOptions options, Path folder, VideoRequest request) {
    return RunCheckpoint.of(
        Checkpoint.resume(folder, request, identity(request)), options.keepCheckpoint());
  }

  private RunIdentity identity(VideoRequest request) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("engine.version", RequestMetadata.version());
    facts.put("engine.backend", parts.backend().name());
    facts.put("engine.arithmetic", parts.backend().arithmetic());
    parts.precision().forEach((part, type) -> facts.put("precision." + part, type));
    model.sha256ByFile().forEach((file, hash) -> facts.put("model." + file, hash));
    ModelIdentity.texts(config.folders()).forEach((file, hash) -> facts.put("model." + file, hash));
    request
        .history()
        .find(HistoryRule.Codebook.class)
        .ifPresent(rule -> facts.put("codebook", ModelIdentity.sha256(rule.file())));
    return new RunIdentity(facts);
  }
}
