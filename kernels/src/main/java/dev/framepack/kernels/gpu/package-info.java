/**
 * The backend whose kernels are hand-written PTX: arenas in device memory, a catalogue of kernels,
 * and programs that are one replayable device graph. Runs on any {@code gpu.device.Device}.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.gpu;
