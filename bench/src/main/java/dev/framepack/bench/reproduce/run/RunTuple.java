package dev.framepack.bench.reproduce.run;

import dev.framepack.engine.FramePackEngine;

/**
 * What a figure was measured on.
 *
 * @param cpu model of the processor
 * @param cores processors the Java runtime sees
 * @param threads the engine was given
 * @param jdk runtime and version
 * @param system operating system
 * @param backend what computed, with its description
 * @param version of the engine
 * @param commit of the sources it was built from, or {@code unknown}
 * @param program hash of the program, {@code classes} where it does not run from jars
 * @param modelHash one hash for all files of the model
 */
public record RunTuple(
    String cpu,
    int cores,
    int threads,
    String jdk,
    String system,
    String backend,
    String version,
    String commit,
    String program,
    String modelHash) {

  /** Of this machine and an engine. */
  public static RunTuple of(FramePackEngine engine, RunIdentity identity) {
    return new RunTuple(
        Machine.cpu(),
        Runtime.getRuntime().availableProcessors(),
        engine.config().threads(),
        Machine.jdk(),
        Machine.system(),
        engine.backendDescription(),
        identity.version(),
        Program.running().commit(),
        identity.program(),
        identity.modelHash());
  }
}
