package dev.framepack.engine.graph;

import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorArena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where every value of a graph lives in one arena. A value occupies its bytes from the operation
 * that makes it to the last one that reads it; values that are never alive together share bytes.
 * Reshapes, slices of the outermost axis and element-wise operations over a value nobody needs
 * again take no bytes of their own.
 */
public final class MemoryPlan {

  /** A run of bytes and the time it is taken, in node ids, both ends included. */
  private static final class Block {
    final long bytes;
    final int birth;
    int death;
    long offset = -1;

    Block(long bytes, int birth, int death) {
      this.bytes = bytes;
      this.birth = birth;
      this.death = death;
    }

    boolean meets(Block other) {
      return birth <= other.death && other.birth <= death;
    }
  }

  private record Place(Block block, long byteOffset) {}

  private final @Nullable Place[] places;
  private final boolean[] views;
  private long arenaBytes;
  private long unsharedBytes;

  private MemoryPlan(int nodes) {
    places = new Place[nodes];
    views = new boolean[nodes];
  }

  /** Plans a graph whose inputs all live in the arena. */
  public static MemoryPlan of(Graph graph) {
    return of(graph, Set.of());
  }

  /**
   * Plans a graph; weights and bound inputs live elsewhere and get no place.
   *
   * @param boundInputs names of inputs that bring their own memory
   */
  public static MemoryPlan of(Graph graph, Set<String> boundInputs) {
    MemoryPlan plan = new MemoryPlan(graph.nodes().size());
    List<Block> blocks = plan.assignBlocks(graph, boundInputs);
    plan.assignOffsets(blocks);
    return plan;
  }

  /** Bytes of the arena that holds the whole plan: the peak. */
  public long arenaBytes() {
    return arenaBytes;
  }

  /** What the values would take without sharing. */
  public long unsharedBytes() {
    return unsharedBytes;
  }

  /** Byte offset of a value in the arena. */
  public long byteOffset(int id) {
    Place place = places[id];
    if (place == null) {
      throw new IllegalArgumentException("MemoryPlan: value " + id + " lives outside the plan");
    }
    return place.block().offset + place.byteOffset();
  }

  /** True when the value has a place here; weights, bound inputs and views of them have none. */
  public boolean isPlaced(int id) {
    return places[id] != null;
  }

  /** True when the node only names bytes of its operand, so that nothing has to run. */
  public boolean isView(int id) {
    return views[id];
  }

  private List<Block> assignBlocks(Graph graph, Set<String> boundInputs) {
    List<Node> nodes = graph.nodes();
    int[] lastUse = lastUses(graph);
    List<Block> blocks = new ArrayList<>();
    for (int id = 0; id < nodes.size(); id++) {
      Node node = nodes.get(id);
      Place place =
          switch (node) {
            case Node.Weight ignored -> null;
            case Node.Reshape reshape -> places[reshape.source()];
            case Node.Input input ->
                boundInputs.contains(input.name()) ? null : fresh(node, 0, nodes.size(), blocks);
            case Node.Call call -> {
              Place shared = viewOf(call, nodes);
              views[id] = shared != null;
              if (shared == null) {
                shared = overwritten(call, id, nodes);
              }
              yield shared == null ? fresh(node, id, lastUse[id], blocks) : shared;
            }
          };
      views[id] |= node instanceof Node.Reshape;
      places[id] = place;
      if (place != null) {
        place.block().death = Math.max(place.block().death, lastUse[id]);
      }
    }
    return blocks;
  }

  private Place fresh(Node node, int birth, int death, List<Block> blocks) {
    Block block = new Block(TensorArena.align(node.type().byteSize()), birth, death);
    blocks.add(block);
    unsharedBytes += block.bytes;
    return new Place(block, 0);
  }

  /**
   * A slice is a view when everything outside its axis is a single entry and its bytes begin
   * aligned.
   */
  private @Nullable Place viewOf(Node.Call call, List<Node> nodes) {
    if (!(call.op() instanceof Slice slice)) {
      return null;
    }
    int source = call.operands().getFirst();
    Place place = places[source];
    Shape shape = nodes.get(source).type().shape();
    int axis = shape.axis(slice.axis());
    if (place == null || shape.product(0, axis) != 1) {
      return null;
    }
    long offset =
        place.byteOffset()
            + slice.start()
                * shape.product(axis + 1, shape.rank())
                * call.type().dtype().byteSize();
    return offset % TensorArena.ALIGNMENT_BYTES == 0 ? new Place(place.block(), offset) : null;
  }

  /** The whole block of an operand that dies here and may be written over. */
  private @Nullable Place overwritten(Node.Call call, int id, List<Node> nodes) {
    for (int i = 0; i < call.operands().size(); i++) {
      Place place = places[call.operands().get(i)];
      if (place != null
          && call.op().mayOverwrite(i)
          && call.operands().indexOf(call.operands().get(i)) == i
          && call.operands().lastIndexOf(call.operands().get(i)) == i
          && place.byteOffset() == 0
          && place.block().death == id
          && nodes.get(call.operands().get(i)).type().byteSize() == call.type().byteSize()
          && place.block().bytes == TensorArena.align(call.type().byteSize())
          && !readsElsewhere(call, i, place.block())) {
        return place;
      }
    }
    return null;
  }

  private boolean readsElsewhere(Node.Call call, int overwritten, Block block) {
    for (int i = 0; i < call.operands().size(); i++) {
      Place place = places[call.operands().get(i)];
      if (i != overwritten && place != null && place.block() == block) {
        return true;
      }
    }
    return false;
  }

  private static int[] lastUses(Graph graph) {
    int[] last = new int[graph.nodes().size()];
    for (int id = 0; id < last.length; id++) {
      last[id] = Math.max(last[id], id);
      for (int operand : graph.nodes().get(id).operands()) {
        last[operand] = Math.max(last[operand], id);
      }
    }
    for (int output : graph.outputs().values()) {
      last[output] = graph.nodes().size();
    }
    for (int id = last.length - 1; id >= 0; id--) {
      if (graph.nodes().get(id) instanceof Node.Reshape reshape) {
        last[reshape.source()] = Math.max(last[reshape.source()], last[id]);
      } else if (graph.nodes().get(id) instanceof Node.Call call && call.op() instanceof Slice) {
        int source = call.operands().getFirst();
        last[source] = Math.max(last[source], last[id]);
      }
    }
    return last;
  }

  /** Largest first, each at the lowest offset free for its whole life. */
  private void assignOffsets(List<Block> blocks) {
    List<Block> bySize = new ArrayList<>(blocks);
    bySize.sort(Comparator.comparingLong((Block b) -> b.bytes).reversed());
    List<Block> placed = new ArrayList<>();
    for (Block block : bySize) {
      long offset = 0;
      for (Block other : placed) {
        if (block.meets(other)
            && offset < other.offset + other.bytes
            && other.offset < offset + block.bytes) {
          offset = other.offset + other.bytes;
        }
      }
      block.offset = offset;
      insertByOffset(placed, block);
      arenaBytes = Math.max(arenaBytes, offset + block.bytes);
    }
  }

  private static void insertByOffset(List<Block> placed, Block block) {
    int index = 0;
    while (index < placed.size() && placed.get(index).offset <= block.offset) {
      index++;
    }
    placed.add(index, block);
  }
}
