package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.emulator.memory.OperandMap;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import java.util.List;

/**
 * One launch while it runs.
 *
 * @param label kernel and place in the model, for messages
 * @param parameters the parameter buffer
 * @param arguments in the order of the entry's parameters
 */
public record LaunchContext(
    String label,
    Program program,
    Dim3 grid,
    Dim3 block,
    byte[] parameters,
    List<KernelArgument> arguments,
    OperandMap operands,
    EmulatorOptions options) {}
