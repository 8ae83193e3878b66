/** PTX text as a list of statements with resolved names; knows the grammar, not the meanings. */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.emulator.parse;
