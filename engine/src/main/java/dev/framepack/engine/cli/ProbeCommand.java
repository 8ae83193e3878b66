package dev.framepack.engine.cli;

import dev.framepack.engine.Probe;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code framepack probe}. */
@Command(
    name = "probe",
    description = "Tell what this machine offers, and why a backend was refused.",
    mixinStandardHelpOptions = true)
final class ProbeCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Probe probe = Probe.run();
    out.println("java     " + probe.java());
    out.println("system   " + probe.system());
    out.println("libc     " + probe.cLibrary());
    out.println("memory   " + probe.memory());
    out.println("driver   " + probe.gpu().driver());
    probe.gpu().devices().forEach(device -> out.println("device   " + device));
    probe.gpu().libraries().forEach(library -> out.println("library  " + library));
    probe.gpu().natives().forEach(file -> out.println("native   " + file));
    probe
        .backends()
        .forEach(backend ->
            out.printf(Locale.ROOT, "%-14s %s%n", backend.kind().id(), backend.finding()));
    out.println("auto     takes " + probe.chosen().id());
    out.println("ffmpeg   " + probe.ffmpeg());
    return 0;
  }
}
