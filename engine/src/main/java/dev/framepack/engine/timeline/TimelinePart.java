package dev.framepack.engine.timeline;

/**
 * One part of a timeline's text.
 *
 * @param span the sections it is for
 * @param value what holds there
 * @param character where it begins in the text, 1 the first
 */
record TimelinePart(SectionSpan span, String value, int character) {}
