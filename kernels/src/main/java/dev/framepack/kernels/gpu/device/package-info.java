/**
 * The device below the kernels, as an interface: memory, modules, launches, streams, events and
 * replayable graphs. Two implementations exist, the CUDA driver ({@code kernels.cuda}) and the PTX
 * emulator ({@code kernels.emulator}); nothing above knows which one it drives.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.gpu.device;
