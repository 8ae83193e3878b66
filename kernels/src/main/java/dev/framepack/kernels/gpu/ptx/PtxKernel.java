package dev.framepack.kernels.gpu.ptx;

import java.util.Map;
import java.util.TreeMap;

/**
 * One kernel: a template file with its parameters fixed. The name is the same in the catalogue, as
 * the {@code .entry}, in reports and in benchmarks.
 *
 * @param name the entry, for example {@code linear_bf16}
 * @param file template below {@code ptx/}, without {@code .ptx}
 * @param threads threads of a block; the template sees it as {@code THREADS}
 * @param parameters further names the template sees; numbers or words
 */
public record PtxKernel(
    String name, String file, Arch arch, int threads, Map<String, Object> parameters) {

  /** Code path a kernel is written for. */
  public enum Arch {
    /** {@code .target sm_80}: every device from Ampere on. */
    SM_80,
    /** {@code .target sm_90a}: Hopper's wgmma and TMA, that capability alone. */
    SM_90A
  }

  public PtxKernel {
    parameters = Map.copyOf(parameters);
  }

  /** A path A kernel. */
  public static PtxKernel of(
      String name, String file, int threads, Map<String, Object> parameters) {
    return new PtxKernel(name, file, Arch.SM_80, threads, parameters);
  }

  /** Everything the template may name: the parameters, NAME and THREADS. */
  public Map<String, Object> definitions() {
    Map<String, Object> all = new TreeMap<>(parameters);
    all.put("NAME", name);
    all.put("THREADS", threads);
    return all;
  }

  @Override
  public String toString() {
    return name;
  }
}
