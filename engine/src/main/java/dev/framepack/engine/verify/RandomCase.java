package dev.framepack.engine.verify;

import dev.framepack.engine.random.TorchRandom;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Noise: per seed, draws of {@code seedS.i.randnN} in order of i from one generator, then {@code
 * seedS.randN}.
 */
final class RandomCase implements GoldenCase {
  private static final Pattern NORMAL = Pattern.compile("seed(-?\\d+)\\.(\\d+)\\.randn(\\d+)");
  private static final Pattern UNIFORM = Pattern.compile("seed(-?\\d+)\\.rand(\\d+)");

  private record Draw(int order, String name) {}

  @Override
  public boolean recognises(Path folder) {
    return Contents.of(folder).stream().anyMatch(name -> NORMAL.matcher(name).matches());
  }

  @Override
  public void run(Path folder, Subject subject, Report report) {
    GoldenTensors golden = new GoldenTensors(folder);
    Map<String, List<Draw>> seeds = new TreeMap<>();
    for (String name : golden.names()) {
      Matcher normal = NORMAL.matcher(name);
      Matcher uniform = UNIFORM.matcher(name);
      if (normal.matches()) {
        add(seeds, normal.group(1), new Draw(Integer.parseInt(normal.group(2)), name));
      } else if (uniform.matches()) {
        add(seeds, uniform.group(1), new Draw(Integer.MAX_VALUE, name));
      }
    }
    seeds.forEach((seed, draws) -> {
      TorchRandom random = new TorchRandom(Long.parseLong(seed));
      for (Draw draw : draws) {
        float[] expected = golden.floats(draw.name());
        float[] found =
            NORMAL.matcher(draw.name()).matches()
                ? random.randn(expected.length)
                : random.rand(expected.length);
        report.check(draw.name(), found, expected, EXACT);
      }
    });
  }

  private static void add(Map<String, List<Draw>> seeds, String seed, Draw draw) {
    List<Draw> draws = seeds.computeIfAbsent(seed, s -> new java.util.ArrayList<>());
    draws.add(draw);
    draws.sort(Comparator.comparingInt(Draw::order));
  }
}
