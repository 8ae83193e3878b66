/** Tests of the engine's queue, apart from any model. */
package dev.framepack.engine.job;
