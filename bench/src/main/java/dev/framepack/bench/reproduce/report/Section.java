package dev.framepack.bench.reproduce.report;

import java.util.Map;
import org.w3c.dom.Element;

/** A part of the page under a heading. */
final class Section {
  private Section() {}

  /**
   * @param id for links
   */
  static void write(Html html, String id, String heading, Runnable content) {
    html.in(
        "section",
        () -> {
          html.element("h2", heading);
          content.run();
        },
        Map.of("id", id));
  }

  /** A plot with its heading. */
  static void plot(Html html, String heading, Element plot, String xAxis) {
    html.in(
        "figure",
        () -> {
          html.element("figcaption", heading);
          html.copy(plot);
          html.styled("p", "axis", xAxis);
        });
  }
}
