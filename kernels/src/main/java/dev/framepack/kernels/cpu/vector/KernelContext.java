package dev.framepack.kernels.cpu.vector;

/** What a kernel needs beside its call. */
record KernelContext(ParallelFor parallel, Workspace workspace) {}
