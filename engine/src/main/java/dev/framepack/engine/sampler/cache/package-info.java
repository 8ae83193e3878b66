/** Which steps may leave out most of the transformer's blocks, because little would change. */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.sampler.cache;
