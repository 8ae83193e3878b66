package dev.framepack.kernels.fault;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.DelegatingBackend;
import dev.framepack.kernels.Executable;
import dev.framepack.kernels.MemoryMeter;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.WeightStream;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Another backend, of which chosen calls fail and whose arenas are counted while they are open. */
public final class FaultyBackend extends DelegatingBackend {
  // All bits set is a NaN in every floating type there is.
  private static final byte NAN_BYTE = -1;

  private final Faults faults;
  private final MemoryMeter memory = new MemoryMeter();

  /**
   * @param backend closed with this one
   */
  public FaultyBackend(Backend backend, Faults faults) {
    super(backend);
    this.faults = faults;
  }

  /** Bytes of the arenas and weight streams that are open. */
  public MemoryMeter memory() {
    return memory;
  }

  @Override
  public TensorArena arena(String purpose, long capacityBytes) {
    faults.reach(FaultSite.ALLOCATE, purpose);
    return new CountedArena(super.arena(purpose, capacityBytes), memory);
  }

  @Override
  public WeightStream weightStream(String purpose, List<Long> groupBytes, long capacityBytes) {
    faults.reach(FaultSite.ALLOCATE, purpose);
    return new CountedWeightStream(super.weightStream(purpose, groupBytes, capacityBytes), memory);
  }

  @Override
  public Executable prepare(List<OpCall> program) {
    faults.reach(FaultSite.PREPARE, name(program));
    Executable executable = super.prepare(program);
    return new Executable() {
      @Override
      public void run() {
        faults.reach(FaultSite.RUN, name(program));
        executable.run();
        poison(program);
      }

      @Override
      public void close() {
        executable.close();
      }
    };
  }

  private static String name(List<OpCall> program) {
    return program.isEmpty()
        ? "an empty program"
        : "the program that ends with " + program.getLast().label();
  }

  private void poison(List<OpCall> program) {
    if (program.isEmpty()
        || !program.getLast().output().dtype().isFloating()
        || !faults.poisons()) {
      return;
    }
    Tensor output = program.getLast().output();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(output.byteSize());
      bytes.fill(NAN_BYTE);
      backend().upload(bytes, output);
    }
  }

  @Override
  public void upload(MemorySegment source, Tensor target) {
    faults.reach(FaultSite.UPLOAD, target.name());
    super.upload(source, target);
  }

  @Override
  public void download(Tensor source, MemorySegment target) {
    faults.reach(FaultSite.DOWNLOAD, source.name());
    super.download(source, target);
  }
}
