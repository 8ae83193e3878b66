/** What programs would take: backends that count memory and compute nothing. */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.plan;
