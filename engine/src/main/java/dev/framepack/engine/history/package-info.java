/**
 * What sections see of the frames before them: the policies of the paper's comparison (arXiv
 * 2504.12626v3, Table 2), each by its published inference rule, and the filters some put on the
 * context.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.history;
