@org.jspecify.annotations.NullMarked
package dev.framepack.engine.text;
