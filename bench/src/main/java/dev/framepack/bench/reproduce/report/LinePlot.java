package dev.framepack.bench.reproduce.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Element;

/** Lines over a common axis, as SVG without title and legend: the page around it has those. */
final class LinePlot {
  private static final int WIDTH_PIXELS = 580;
  private static final int HEIGHT_PIXELS = 290;
  private static final Color GRID = new Color(0xE6E9ED);
  private static final Color AXIS = new Color(0xB4BBC4);
  private static final Color LABEL = new Color(0x4A5460);
  private static final boolean HAS_FONTS = hasFonts();

  /**
   * @param x as many as y
   * @param y NaN leaves a gap
   * @param showPoints whether each point has a mark
   */
  record Line(LineStyle style, List<Double> x, List<Double> y, boolean showPoints) {}

  private LinePlot() {}

  /**
   * The plot, or nothing when no line has a point or this machine cannot draw, which it says in the
   * log: a report without plots is better than none.
   *
   * @param id unique in the page, for the references inside
   * @param description for those who cannot see it
   * @param fromZero whether the upright axis begins at 0, or where the values do
   */
  static Optional<Element> draw(String id, String description, List<Line> lines, boolean fromZero) {
    List<Line> drawn = lines.stream().filter(LinePlot::hasPoint).toList();
    if (drawn.isEmpty()) {
      return Optional.empty();
    }
    if (!HAS_FONTS) {
      System.getLogger(LinePlot.class.getName())
          .log(System.Logger.Level.WARNING, "plot {0} not drawn: this machine has no fonts", id);
      return Optional.empty();
    }
    return Optional.of(Svg.clean(svg(drawn, fromZero), id, description));
  }

  private static boolean hasFonts() {
    try {
      FontRenderContext plain = new FontRenderContext(null, true, true);
      return !font().getStringBounds("0", plain).isEmpty();
    } catch (InternalError | LinkageError | NullPointerException e) {
      return false; // what the JDK throws where there is none at all
    }
  }

  private static Font font() {
    return new Font(Font.SANS_SERIF, Font.PLAIN, 11);
  }

  private static boolean hasPoint(Line line) {
    return line.y().stream().anyMatch(Double::isFinite);
  }

  private static byte[] svg(List<Line> lines, boolean fromZero) {
    XYChart chart = new XYChartBuilder().width(WIDTH_PIXELS).height(HEIGHT_PIXELS).build();
    style(chart.getStyler());
    if (fromZero) {
      chart.getStyler().setYAxisMin(0.0);
    }
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      XYSeries series = chart.addSeries(String.valueOf(i), line.x(), line.y());
      series.setLineColor(line.style().color());
      series.setLineStyle(line.style().stroke());
      series.setMarkerColor(line.style().color());
      series.setMarker(line.showPoints() ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ChartEncoder.saveChart(chart, out, "svg");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void style(XYStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setChartPadding(4);
    styler.setLegendVisible(false);
    styler.setPlotBorderVisible(false);
    styler.setMarkerSize(6);
    styler.setAxisTitlesVisible(false);
    styler.setAxisTickLabelsFont(font());
    styler.setAxisTickLabelsColor(LABEL);
    styler.setAxisTickMarksColor(AXIS);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setXAxisMin(0.0);
  }
}
