package dev.framepack.bench.reproduce.suite;

import java.util.List;

/**
 * A table to reproduce: every variant on every scene with every seed.
 *
 * @param name short, for file names
 * @param title of the report
 * @param about what the report says under its title; may be empty
 * @param paperSource where the paper's figures were taken from; empty when there are none
 * @param variants rows of the table, in its order; their names are unique
 * @param scenes start images and prompts; their names are unique
 * @param seeds unique
 * @param codebooks history codebooks that variants name
 */
public record Suite(
    String name,
    String title,
    String about,
    String paperSource,
    List<Variant> variants,
    List<Scene> scenes,
    List<Long> seeds,
    List<CodebookSpec> codebooks) {

  public Suite {
    variants = List.copyOf(variants);
    scenes = List.copyOf(scenes);
    seeds = List.copyOf(seeds);
    codebooks = List.copyOf(codebooks);
  }
}
