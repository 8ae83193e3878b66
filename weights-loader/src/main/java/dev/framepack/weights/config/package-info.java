/**
 * The configuration files of a checkpoint as typed records: every default, range and refused value
 * stands in the record that reads it.
 */
@NullMarked
package dev.framepack.weights.config;

import org.jspecify.annotations.NullMarked;
