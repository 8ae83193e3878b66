/**
 * The CUDA driver as a {@code Device}, through JCuda and, for what JCuda lacks, the foreign
 * function API. The only package that imports JCuda, loads native code or reads a system property.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.cuda;
