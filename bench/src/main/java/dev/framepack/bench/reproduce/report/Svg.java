package dev.framepack.bench.reproduce.report;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Makes a drawing fit for the inside of a page: no document type, names that do not clash, a size
 * the page decides, and a fifth of the bytes.
 */
final class Svg {
  private static final Pattern LONG_FRACTION = Pattern.compile("-?\\d+\\.\\d{3,}");
  private static final Set<String> LINE_ENDS = Set.of("x1", "y1", "x2", "y2");

  private final String prefix;

  private Svg(String prefix) {
    this.prefix = prefix;
  }

  /**
   * @param id unique in the page; names inside begin with it
   * @param description for those who cannot see it
   */
  static Element clean(byte[] svg, String id, String description) {
    Element root = parse(svg);
    for (String attribute : List.of("x", "y", "width", "height", "version", "xmlns:xlink")) {
      root.removeAttribute(attribute);
    }
    root.setAttribute("class", "plot");
    root.setAttribute("role", "img");
    root.setAttribute("aria-label", description);
    new Svg(id + "-").clean(root);
    return root;
  }

  private static Element parse(byte[] svg) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
      return factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg)).getDocumentElement();
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new IllegalStateException("a drawing of our own is no XML", e);
    }
  }

  private void clean(Element element) {
    NamedNodeMap attributes = element.getAttributes();
    for (int i = 0; i < attributes.getLength(); i++) {
      Node attribute = attributes.item(i);
      attribute.setNodeValue(clean(attribute.getNodeName(), attribute.getNodeValue()));
    }
    List<Element> children = new ArrayList<>();
    while (element.getFirstChild() != null) {
      if (element.removeChild(element.getFirstChild()) instanceof Element child) {
        children.add(child);
      }
    }
    for (Element child : joinLines(children)) {
      clean(child);
      element.appendChild(child);
    }
  }

  private String clean(String attribute, String value) {
    String named =
        attribute.equals("id") ? prefix + value : value.replace("url(#", "url(#" + prefix);
    return LONG_FRACTION
        .matcher(named)
        .replaceAll(number ->
            new BigDecimal(number.group())
                .setScale(2, RoundingMode.HALF_EVEN)
                .stripTrailingZeros()
                .toPlainString());
  }

  /** Runs of segments as one line each, or dashes would begin anew at every point. */
  private static List<Element> joinLines(List<Element> children) {
    List<Element> joined = new ArrayList<>();
    List<Element> run = new ArrayList<>();
    for (Element child : children) {
      if (!run.isEmpty() && !continues(run.getLast(), child)) {
        joined.add(joinRun(run));
        run.clear();
      }
      if (child.getNodeName().equals("line")) {
        run.add(child);
      } else {
        joined.add(child);
      }
    }
    if (!run.isEmpty()) {
      joined.add(joinRun(run));
    }
    return joined;
  }

  private static boolean continues(Element before, Element next) {
    return next.getNodeName().equals("line")
        && before.getAttribute("x2").equals(next.getAttribute("x1"))
        && before.getAttribute("y2").equals(next.getAttribute("y1"))
        && before.getAttribute("style").equals(next.getAttribute("style"));
  }

  private static Element joinRun(List<Element> run) {
    Element first = run.getFirst();
    if (run.size() == 1) {
      return first;
    }
    StringBuilder points = new StringBuilder(point(first, "x1", "y1"));
    run.forEach(line -> points.append(' ').append(point(line, "x2", "y2")));
    Element polyline = first.getOwnerDocument().createElement("polyline");
    polyline.setAttribute("points", points.toString());
    NamedNodeMap attributes = first.getAttributes();
    for (int i = 0; i < attributes.getLength(); i++) {
      Node attribute = attributes.item(i);
      if (!LINE_ENDS.contains(attribute.getNodeName())) {
        polyline.setAttribute(attribute.getNodeName(), attribute.getNodeValue());
      }
    }
    return polyline;
  }

  private static String point(Element line, String x, String y) {
    return line.getAttribute(x) + "," + line.getAttribute(y);
  }
}
