package dev.framepack.kernels.emulator.parse;

import java.util.List;
import java.util.Map;

/**
 * One {@code .entry}.
 *
 * @param maxThreads {@code .maxntid}, x y z; empty when absent
 * @param requiredThreads {@code .reqntid}; empty when absent
 * @param clusterSize {@code .reqnctapercluster}; empty when absent
 * @param directives every performance directive with its numbers, for example {@code minnctapersm}
 * @param staticSharedBytes shared memory of its and the module's variables
 * @param localBytes local memory of a thread
 */
public record PtxEntry(
    String name,
    List<PtxVariable> parameters,
    int parameterBytes,
    List<Integer> maxThreads,
    List<Integer> requiredThreads,
    List<Integer> clusterSize,
    Map<String, List<Integer>> directives,
    List<PtxRegister> registers,
    List<PtxStatement> statements,
    int staticSharedBytes,
    int localBytes) {}
