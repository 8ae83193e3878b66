package dev.framepack.engine.pipeline;

import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.WeightGroup;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.weights.Component;
import java.util.List;

/**
 * The weights of one component, before any is read.
 *
 * @param used what the model needs
 * @param unused what the files may hold besides
 * @param groups what may be streamed, in order of use
 */
record PartWeights(
    Component component,
    List<Parameter> used,
    List<Parameter> unused,
    List<WeightGroup> groups,
    WeightTypes types) {

  long byteSize() {
    return ArenaWeightStore.byteSize(used, types);
  }
}
