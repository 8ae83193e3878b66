/**
 * {@code framepack soak}: jobs of all kinds for as long as wanted, with cancels, bad inputs,
 * faults, full disks and killed processes between them, and what that left behind.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.soak;
