/** From a prompt to token ids: tokenizers behind one interface, and the prompt template. */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.text;
