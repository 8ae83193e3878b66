package dev.framepack.kernels.emulator.exec;

/**
 * A pure operation on all 32 lanes. Operands are indices of lane 0 in the file that the operation
 * knows; unused ones are 0. Lanes that hold rubbish may compute rubbish but must not throw.
 */
@FunctionalInterface
interface Kernel {
  void run(int[] r, long[] q, int d, int a, int b, int c);
}
