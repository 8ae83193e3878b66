package dev.framepack.engine.timeline;

/**
 * One part of a timeline's text.
 *
 * @param span the sections it is for
 * @param value what holds there
 * @param place where it stands, such as {@code character 7}
 */
record TimelinePart(SectionSpan span, String value, String place) {}
