/** Disks that fail, for tests: full at a chosen write, or without what was never forced to them. */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.disk;
