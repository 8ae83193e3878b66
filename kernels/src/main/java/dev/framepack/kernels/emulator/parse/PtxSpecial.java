package dev.framepack.kernels.emulator.parse;

import java.util.Set;

/** Special registers, without the percent sign. */
public final class PtxSpecial {
  private static final Set<String> NAMES =
      Set.of(
          "tid.x",
          "tid.y",
          "tid.z",
          "ntid.x",
          "ntid.y",
          "ntid.z",
          "ctaid.x",
          "ctaid.y",
          "ctaid.z",
          "nctaid.x",
          "nctaid.y",
          "nctaid.z",
          "laneid",
          "warpid",
          "nwarpid",
          "lanemask_eq",
          "lanemask_lt",
          "lanemask_le",
          "lanemask_gt",
          "lanemask_ge",
          "clusterid.x",
          "clusterid.y",
          "clusterid.z",
          "nclusterid.x",
          "nclusterid.y",
          "nclusterid.z",
          "cluster_ctaid.x",
          "cluster_ctaid.y",
          "cluster_ctaid.z",
          "cluster_nctaid.x",
          "cluster_nctaid.y",
          "cluster_nctaid.z",
          "cluster_ctarank",
          "cluster_nctarank",
          "is_explicit_cluster",
          "smid",
          "nsmid",
          "gridid",
          "clock",
          "clock64",
          "globaltimer",
          "dynamic_smem_size",
          "total_smem_size");

  private PtxSpecial() {}

  static boolean isKnown(String name) {
    return NAMES.contains(name);
  }

  /** Width in bits of its value. */
  public static int bits(String name) {
    return switch (name) {
      case "gridid", "clock64", "globaltimer" -> 64;
      default -> 32;
    };
  }
}
