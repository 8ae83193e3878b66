package dev.framepack.bench.reproduce.report;

import java.io.StringWriter;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.w3c.dom.Text;

/**
 * Writes HTML that is XML too: every text and attribute is escaped, every element closed. Style
 * sheets must not contain {@code <}, {@code >} or {@code &}, which HTML and XML read differently
 * there.
 */
final class Html {
  private static final char REPLACEMENT = '\uFFFD';

  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter out;

  Html() {
    try {
      out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
    } catch (XMLStreamException e) {
      throw impossible(e);
    }
  }

  /** Writing to a string. */
  private interface Writing {
    void run() throws XMLStreamException;
  }

  private Html write(Writing writing) {
    try {
      writing.run();
      return this;
    } catch (XMLStreamException e) {
      throw impossible(e);
    }
  }

  private static IllegalStateException impossible(XMLStreamException e) {
    return new IllegalStateException("HTML in memory cannot be written", e);
  }

  Html doctype() {
    return write(() -> out.writeDTD("<!DOCTYPE html>\n"));
  }

  /** An element around what the content writes. */
  Html in(String element, Runnable content, Map<String, String> attributes) {
    write(() -> out.writeStartElement(element));
    attributes(attributes);
    content.run();
    return write(out::writeEndElement);
  }

  /** An element without attributes. */
  Html in(String element, Runnable content) {
    return in(element, content, Map.of());
  }

  /** An element around a text. */
  Html element(String element, String content) {
    return in(element, () -> text(content));
  }

  /**
   * An element around a text.
   *
   * @param style class of the style sheet
   */
  Html styled(String element, String style, String content) {
    return in(element, () -> text(content), Map.of("class", style));
  }

  /** An element that never has content, such as {@code img}. */
  Html empty(String element, Map<String, String> attributes) {
    write(() -> out.writeEmptyElement(element));
    return attributes(attributes);
  }

  /** Sorted, so that the same page has the same bytes. */
  private Html attributes(Map<String, String> attributes) {
    new TreeMap<>(attributes)
        .forEach((name, value) -> write(() -> out.writeAttribute(name, printable(value))));
    return this;
  }

  Html text(String content) {
    return write(() -> out.writeCharacters(printable(content)));
  }

  /** A tree from elsewhere, such as a plot. */
  Html copy(Element element) {
    NamedNodeMap attributes = element.getAttributes();
    Map<String, String> copies = new TreeMap<>();
    for (int i = 0; i < attributes.getLength(); i++) {
      copies.put(attributes.item(i).getNodeName(), attributes.item(i).getNodeValue());
    }
    return in(element.getNodeName(), () -> copyChildren(element), copies);
  }

  private void copyChildren(Element element) {
    for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element inner) {
        copy(inner);
      } else if (child instanceof Text inner) {
        text(inner.getData());
      }
    }
  }

  /** XML has no way to write most control characters. */
  private static String printable(String content) {
    StringBuilder printable = new StringBuilder(content.length());
    content
        .codePoints()
        .map(c -> isXmlCharacter(c) ? c : REPLACEMENT)
        .forEach(printable::appendCodePoint);
    return printable.toString();
  }

  private static boolean isXmlCharacter(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || (c >= 0x20 && c <= 0xD7FF)
        || (c >= 0xE000 && c <= 0xFFFD)
        || c >= 0x10000;
  }

  @Override
  public String toString() {
    write(out::flush);
    return text.toString();
  }
}
