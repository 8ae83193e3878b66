package dev.framepack.bench.reproduce.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a line is told from others: ten colours, then the same ones dashed, then dotted.
 *
 * @param color of the palette
 * @param dashes lengths of strokes and gaps, pixels; empty for a solid line
 */
record LineStyle(Color color, List<Float> dashes) {
  /** Width of a line, pixels. */
  static final float WIDTH = 1.8f;

  private static final int[] PALETTE = {
    0x4E79A7, 0xE15759, 0x59A14F, 0xF28E2B, 0xB07AA1, 0x2A9D9C, 0x9C755F, 0xD37295, 0x7F7F7F,
    0xB6992D
  };

  private static final List<List<Float>> DASHES =
      List.of(List.of(), List.of(7f, 3f), List.of(2f, 3f));

  /** The style of the line with this number, from 0. */
  static LineStyle of(int index) {
    return new LineStyle(
        new Color(PALETTE[index % PALETTE.length]),
        DASHES.get(index / PALETTE.length % DASHES.size()));
  }

  BasicStroke stroke() {
    float[] lengths = new float[dashes.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = dashes.get(i);
    }
    return new BasicStroke(
        WIDTH,
        BasicStroke.CAP_BUTT,
        BasicStroke.JOIN_ROUND,
        1,
        lengths.length == 0 ? null : lengths,
        0);
  }

  /** A short piece of the line, for legends. */
  void writeSample(Html html) {
    List<String> lengths = dashes.stream().map(String::valueOf).toList();
    Map<String, String> line = new LinkedHashMap<>();
    line.put("x2", "26");
    line.put("y1", "5");
    line.put("y2", "5");
    line.put("stroke", "#%06x".formatted(color.getRGB() & 0xFFFFFF));
    line.put("stroke-width", "2.5");
    line.put("stroke-dasharray", lengths.isEmpty() ? "none" : String.join(",", lengths));
    html.in(
        "svg",
        () -> html.empty("line", line),
        Map.of("xmlns", "http://www.w3.org/2000/svg", "class", "sample", "viewBox", "0 0 26 10"));
  }
}
