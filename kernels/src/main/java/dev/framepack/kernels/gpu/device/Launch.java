package dev.framepack.kernels.gpu.device;

import java.util.List;

/**
 * One kernel with its grid and arguments.
 *
 * @param sharedBytes dynamic shared memory of a block
 * @param label where in the model it stands, for messages and profiles
 */
public record Launch(
    DeviceFunction function,
    Dim3 grid,
    Dim3 block,
    int sharedBytes,
    List<KernelArgument> arguments,
    String label) {
  public Launch {
    arguments = List.copyOf(arguments);
  }
}
