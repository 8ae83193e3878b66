/**
 * What a generation has finished, on disk: a folder for each job that is whole after every write,
 * wherever the program or the machine stops, and the way back into a run.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.checkpoint;
