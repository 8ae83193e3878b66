package dev.framepack.engine.graph;

import java.util.List;
import java.util.Map;

/**
 * A recorded program for fixed shapes: nodes in execution order and the names of what goes in and
 * out.
 *
 * @param name for messages and profiles
 * @param nodes each node's operands come before it
 * @param inputs name to node id, in order of recording
 * @param outputs name to node id
 * @param taps names of inner values a debug run can dump; they keep nothing alive in a compiled run
 */
public record Graph(
    String name,
    List<Node> nodes,
    Map<String, Integer> inputs,
    Map<String, Integer> outputs,
    Map<String, Integer> taps) {

  /** The node whose bytes a value shares: itself, or what a chain of reshapes views. */
  public int storageOf(int id) {
    int storage = id;
    while (nodes.get(storage) instanceof Node.Reshape reshape) {
      storage = reshape.source();
    }
    return storage;
  }

  /** Sum of the operations' costs. */
  public long flops() {
    long flops = 0;
    for (Node node : nodes) {
      if (node instanceof Node.Call call) {
        flops +=
            call.op()
                .cost(call.operands().stream().map(id -> nodes.get(id).type()).toList())
                .flops();
      }
    }
    return flops;
  }
}
