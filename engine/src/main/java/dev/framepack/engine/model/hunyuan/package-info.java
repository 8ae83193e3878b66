/**
 * The packed video transformer (HunyuanVideo blocks with FramePack's context packing), arXiv
 * 2504.12626; spec section 2. Everything is built from the config; no size is fixed here.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.model.hunyuan;
