package dev.framepack.bench.reproduce.run;

import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.WeightStorage;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * What decides a cell's result besides its request. The number of threads does not: results are the
 * same to the bit.
 *
 * @param modelSha256 hash of every file of the model
 * @param program hash of the program, or that it is not known
 * @param version of the engine
 * @param backend name of what computes
 * @param precision asked for
 * @param measurement name of how videos are measured; another name, another result
 */
public record RunIdentity(
    Map<String, String> modelSha256,
    String program,
    String version,
    String backend,
    String precision,
    String measurement)
    implements Serializable {

  /** Of an engine and a way of measuring. */
  public static RunIdentity of(FramePackEngine engine, VideoMeter meter) {
    return new RunIdentity(
        ModelFiles.sha256(engine),
        Program.running().hash(),
        Machine.version(FramePackEngine.class),
        engine.backendName(),
        engine.config().precision().id() + storage(engine.config().weightStorage()),
        meter.profile());
  }

  /** Nothing for the default, so that the names of earlier runs stay what they were. */
  private static String storage(WeightStorage storage) {
    return storage == WeightStorage.AUTO ? "" : "/" + storage.id();
  }

  /** One hash for all files of the model. */
  public String modelHash() {
    return Canonical.sha256(modelSha256);
  }

  /**
   * @param canonical what is asked for
   * @param scene whose true future, where it is known, the measurement compares with
   */
  String keyOf(Map<String, Object> canonical, SceneInput scene) {
    Map<String, Object> all = new TreeMap<>();
    all.put("request", canonical);
    all.put("future", scene.world().isPresent() ? scene.name() : "unknown");
    all.put("measurement", measurement);
    return keyOf(all);
  }

  /**
   * @param product what is made on an engine of this identity
   */
  String keyOf(Map<String, Object> product) {
    Map<String, Object> all = new TreeMap<>(product);
    all.put("model", modelHash());
    all.put("program", program);
    all.put("version", version);
    all.put("backend", backend);
    all.put("precision", precision);
    return Canonical.sha256(all);
  }
}
