package dev.framepack.engine.timeline;

import dev.framepack.engine.InvalidRequestException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads both syntaxes that FramePack's users know: musubi-tuner's {@code
 * 0:text;;;1-3:text;;;-1:text} and FramePack-Studio's {@code [0s-2s: text] [2s: text]}.
 */
final class TimelineParser {
  private static final String SEPARATOR = ";;;";
  private static final int MOST_PARTS = 1000;

  private static final Pattern SECTION =
      Pattern.compile("\\s*(-?\\d{1,4})(?:\\s*-\\s*(\\d{1,4}))?\\s*");

  /** Looks like the number of a section, so it must be one. */
  private static final Pattern NUMBERLIKE = Pattern.compile("[-\\d\\s]+");

  private static final String SECONDS = "(\\d{1,6}(?:\\.\\d{1,6})?)s";
  private static final Pattern STAMP_BEGINS = Pattern.compile("\\[\\s*\\d[\\d.]*\\s*s\\b");
  private static final Pattern STAMP =
      Pattern.compile("\\[\\s*" + SECONDS + "(?:\\s*-\\s*" + SECONDS + ")?\\s*:");

  private final String what;
  private final String text;
  private final List<TimelinePart> parts = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  private TimelineParser(String what, String text) {
    this.what = what;
    this.text = text;
  }

  /** Whether a text is in one of the two syntaxes; anything else is plain. */
  static boolean recognises(String text) {
    return text.contains(SEPARATOR) || STAMP_BEGINS.matcher(text).find();
  }

  /**
   * Parts in order of the text, or of time where they have times.
   *
   * @param what the text is, for faults
   * @param code of the failure
   * @throws InvalidRequestException naming all faults, each at its character
   */
  static List<TimelinePart> parse(String what, String code, String text) {
    TimelineParser parser = new TimelineParser(what, text);
    parser.read();
    return parser.parts(code, "write 0:text;;;1-3:text;;;-1:text or [0s-2s: text] [2s: text]");
  }

  /** As above, of text that is known to be in musubi-tuner's syntax. */
  static List<TimelinePart> parseSections(String what, String code, String remedy, String text) {
    TimelineParser parser = new TimelineParser(what, text);
    parser.readSections();
    return parser.parts(code, remedy);
  }

  private List<TimelinePart> parts(String code, String remedy) {
    if (parts.size() > MOST_PARTS) {
      fault(0, "%s parts, at most %s are possible".formatted(parts.size(), MOST_PARTS));
    }
    if (!faults.isEmpty()) {
      throw new InvalidRequestException(code, String.join("; ", faults), remedy, null);
    }
    return List.copyOf(parts);
  }

  private void read() {
    int section = text.indexOf(SEPARATOR);
    Matcher stamp = STAMP_BEGINS.matcher(text);
    boolean hasStamp = stamp.find();
    if (section >= 0 && hasStamp) {
      fault(
          Math.max(section, stamp.start()),
          "sections (;;;) and time stamps ([2s: text]) cannot be mixed");
    } else if (hasStamp) {
      readTimes();
    } else {
      readSections();
    }
  }

  private void readSections() {
    int begin = 0;
    boolean more = true;
    boolean elsewhere = false;
    while (more) {
      int end = text.indexOf(SEPARATOR, begin);
      more = end >= 0;
      String part = text.substring(begin, more ? end : text.length());
      int colon = part.indexOf(':');
      String number = colon < 0 ? "" : part.substring(0, colon);
      if (colon >= 0 && NUMBERLIKE.matcher(number).matches()) {
        readNumber(number, part.substring(colon + 1).strip(), begin);
      } else if (part.isBlank()) {
        fault(begin, "expected text, found nothing");
      } else if (elsewhere) {
        fault(begin, "only one text may have no section");
      } else {
        elsewhere = true;
        add(new SectionSpan.Elsewhere(), part.strip(), begin);
      }
      begin = end + SEPARATOR.length();
    }
  }

  private void readNumber(String number, String value, int begin) {
    Matcher matcher = SECTION.matcher(number);
    if (!matcher.matches()) {
      fault(begin, "expected a section such as 2, -1 or 1-3, found " + number.strip());
      return;
    }
    int first = Integer.parseInt(matcher.group(1));
    int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
    if (matcher.group(2) != null && (number.strip().startsWith("-") || last < first)) {
      fault(begin, "expected a rising range such as 1-3, found " + number.strip());
      return;
    }
    add(new SectionSpan.Numbers(first, last), value, begin);
  }

  private void readTimes() {
    StringBuilder outside = new StringBuilder();
    int outsideAt = -1;
    int from = 0;
    Matcher begins = STAMP_BEGINS.matcher(text);
    Matcher stamp = STAMP.matcher(text);
    while (begins.find(from)) {
      String plain = text.substring(from, begins.start());
      outsideAt = outsideAt < 0 && !plain.isBlank() ? from : outsideAt;
      outside.append(plain);
      stamp.region(begins.start(), text.length());
      int end = text.indexOf(']', begins.end());
      if (end >= 0 && stamp.lookingAt() && stamp.end() <= end) {
        readStamp(stamp, text.substring(stamp.end(), end).strip());
        from = end + 1;
      } else {
        fault(begins.start(), "expected [2s: text] or [0s-2s: text]");
        from = end < 0 ? text.length() : begins.end();
      }
    }
    String rest = text.substring(from);
    outsideAt = outsideAt < 0 && !rest.isBlank() ? from : outsideAt;
    outside.append(rest);
    parts.sort(Comparator.comparingDouble(part -> times(part).from()));
    for (int i = 0; i + 1 < parts.size(); i++) {
      TimelinePart part = parts.get(i);
      SectionSpan.Times next =
          new SectionSpan.Times(
              times(part).from(),
              times(part).to(),
              OptionalDouble.of(times(parts.get(i + 1)).from()));
      parts.set(i, new TimelinePart(next, part.value(), part.place()));
    }
    if (!outside.toString().isBlank()) {
      add(new SectionSpan.Elsewhere(), outside.toString().strip(), outsideAt);
    }
  }

  private static SectionSpan.Times times(TimelinePart part) {
    return (SectionSpan.Times) part.span();
  }

  private void readStamp(Matcher stamp, String value) {
    double first = Double.parseDouble(stamp.group(1));
    OptionalDouble last =
        stamp.group(2) == null
            ? OptionalDouble.empty()
            : OptionalDouble.of(Double.parseDouble(stamp.group(2)));
    if (last.isPresent() && last.getAsDouble() <= first) {
      fault(stamp.start(), "expected an end after the beginning, found " + stamp.group(2) + "s");
      return;
    }
    add(new SectionSpan.Times(first, last, OptionalDouble.empty()), value, stamp.start());
  }

  private void add(SectionSpan span, String value, int offset) {
    parts.add(new TimelinePart(span, value, "character " + (offset + 1)));
  }

  private void fault(int offset, String message) {
    faults.add("%s, character %s: %s".formatted(what, offset + 1, message));
  }
}
