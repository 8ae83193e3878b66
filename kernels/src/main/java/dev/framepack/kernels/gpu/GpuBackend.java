package dev.framepack.kernels.gpu;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.BackendMemory;
import dev.framepack.kernels.CallCheck;
import dev.framepack.kernels.Executable;
import dev.framepack.kernels.MemoryMeter;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.WeightStream;
import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.Launch;
import dev.framepack.kernels.gpu.device.MatrixLibrary;
import dev.framepack.kernels.gpu.launch.Launchers;
import dev.framepack.kernels.gpu.launch.RandomNormal;
import dev.framepack.kernels.plan.MemoryPlanning;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Operations as hand-written PTX kernels on one device. A program becomes one device graph; every
 * operation runs in a kernel of the catalogue, none anywhere else.
 */
public final class GpuBackend implements Backend {
  private final String name;
  private final Device device;
  private final KernelLibrary library;
  private final long availableBytes;
  private final DeviceStream computeStream;
  private final FaultWords faultWords;
  private final Set<GpuArena> arenas = ConcurrentHashMap.newKeySet();
  private final Set<GpuWeightStream> weightStreams = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final BackendMemory memory = new BackendMemory();

  /** The last is in use; programs prepared earlier keep theirs. */
  private final List<DeviceMemory> scratch = new ArrayList<>();

  /**
   * @param name {@code cuda} or {@code cuda-emulated}
   * @param device closed with the backend, also when that cannot be opened
   */
  public GpuBackend(String name, Device device) {
    this(name, device, null);
  }

  /**
   * @param name {@code cuda} and the library's
   * @param device closed with the backend, also when that cannot be opened
   * @param matrixLibrary one of the device's that serves Linear; null for own kernels
   */
  public GpuBackend(String name, Device device, @Nullable MatrixLibrary matrixLibrary) {
    this.name = name;
    this.device = device;
    this.availableBytes = device.info().freeBytes();
    this.library = new KernelLibrary(device, matrixLibrary);
    try {
      this.computeStream = device.openStream("compute");
      this.faultWords = new FaultWords(device);
    } catch (RuntimeException | Error e) {
      device.close();
      throw e;
    }
    memory.device().take("fault words", faultWords.byteSize());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "%s, sm_%s, %s multiprocessors, %,d MiB, %s",
        device.info().name(),
        device.info().computeCapability(),
        device.info().multiprocessors(),
        device.info().totalBytes() >> 20,
        device.info().driver());
  }

  @Override
  public OptionalLong deviceBytes() {
    return OptionalLong.of(availableBytes);
  }

  @Override
  public boolean prefersHalfPrecision() {
    return true;
  }

  public Device device() {
    return device;
  }

  @Override
  public TensorArena arena(String purpose, long capacityBytes) {
    checkOpen();
    GpuArena arena = new GpuArena(device, memory.device(), purpose, capacityBytes, arenas::remove);
    arenas.add(arena);
    return arena;
  }

  @Override
  public WeightStream weightStream(String purpose, List<Long> groupBytes, long capacityBytes) {
    checkOpen();
    GpuArena ring = new GpuArena(device, memory.device(), purpose, capacityBytes, this::forget);
    arenas.add(ring);
    GpuWeightStream stream = new GpuWeightStream(device, memory.host(), ring, groupBytes);
    weightStreams.add(stream);
    return stream;
  }

  @Override
  public MemoryPlanning planning() {
    MemoryMeter meter = new MemoryMeter();
    PlanningDevice paper = new PlanningDevice(device.info(), meter);
    MatrixLibrary used = library.matrixLibrary();
    return new MemoryPlanning(
        new GpuBackend(name, paper, used == null ? null : paper.matrixLibrary(used.name())), meter);
  }

  private void forget(GpuArena ring) {
    arenas.remove(ring);
    weightStreams.removeIf(stream -> stream.ring() == ring);
  }

  @Override
  public Executable prepare(List<OpCall> program) {
    checkOpen();
    program.forEach(CallCheck::check);
    LaunchPlan sizing = new LaunchPlan(device, library, 0, 0);
    bind(program, sizing);
    LaunchPlan plan =
        new LaunchPlan(device, library, scratchOf(sizing.scratchBytes()), faultWords.address());
    List<ProgramPart> parts = new ArrayList<>();
    try {
      record(program, plan, parts);
      return new GpuProgram(
          parts, program.size(), computeStream, library, faultWords.watch(plan.faults()));
    } catch (RuntimeException | Error e) {
      parts.forEach(ProgramPart::close);
      throw e;
    }
  }

  /** Records a program, cut where the group of streamed weights changes. */
  private void record(List<OpCall> program, LaunchPlan plan, List<ProgramPart> parts) {
    List<OpCall> calls = new ArrayList<>();
    ProgramPart.StreamedGroup group = null;
    for (OpCall call : program) {
      ProgramPart.StreamedGroup next = ProgramPart.groupOf(call, weightStreams);
      if (next != null && group != null && !next.equals(group)) {
        parts.add(part(calls, group, plan));
        calls.clear();
      }
      group = next == null ? group : next;
      calls.add(call);
    }
    parts.add(part(calls, group, plan));
  }

  /** Records calls as a graph of their own. */
  private ProgramPart part(
      List<OpCall> calls, ProgramPart.@Nullable StreamedGroup group, LaunchPlan plan) {
    int first = plan.launches().size();
    bind(calls, plan);
    List<Launch> launches = plan.launches().subList(first, plan.launches().size());
    return new ProgramPart(device.record(List.copyOf(launches)), group);
  }

  private static void bind(List<OpCall> program, LaunchPlan plan) {
    for (OpCall call : program) {
      plan.begin(call.label());
      try {
        Launchers.launch(call, plan);
      } catch (RuntimeException e) {
        throw CallCheck.failure(call, e);
      }
    }
  }

  /** Scratch for a program; earlier programs keep theirs, which is why it only ever doubles. */
  private synchronized long scratchOf(long bytes) {
    if (bytes == 0) {
      return 0;
    }
    long last = scratch.isEmpty() ? 0 : scratch.getLast().byteSize();
    if (last < bytes) {
      scratch.add(device.allocate("scratch", Math.max(bytes, 2 * last)));
      memory.device().take("scratch", scratch.getLast().byteSize());
    }
    return scratch.getLast().address();
  }

  @Override
  public void upload(MemorySegment source, Tensor target) {
    checkOpen();
    checkSizes("upload", target, source);
    device.upload(source, address(target));
  }

  @Override
  public void download(Tensor source, MemorySegment target) {
    checkOpen();
    checkSizes("download", source, target);
    device.download(address(source), target);
  }

  private static long address(Tensor tensor) {
    if (tensor.arena() instanceof GpuArena arena) {
      return arena.address() + tensor.byteOffset();
    }
    throw new IllegalArgumentException(
        "tensor %s lives in %s, not on the device".formatted(tensor, tensor.arena().purpose()));
  }

  private void checkSizes(String what, Tensor tensor, MemorySegment host) {
    if (tensor.byteSize() != host.byteSize()) {
      throw new IllegalArgumentException(
          "%s %s of %s: host memory must hold %s bytes, found %s"
              .formatted(name, what, tensor, tensor.byteSize(), host.byteSize()));
    }
  }

  /** Measures programs of this backend. */
  public GpuTimer timer() {
    checkOpen();
    return new GpuTimer(device, computeStream);
  }

  /** What a program launches, in order. */
  public static List<Launch> launchesOf(Executable program) {
    if (!(program instanceof GpuProgram gpu)) {
      throw new IllegalArgumentException("launchesOf: the program belongs to another backend");
    }
    return gpu.launches();
  }

  /** Names of the kernels a program runs, in order. */
  public static List<String> kernelsOf(Executable program) {
    return launchesOf(program).stream().map(launch -> launch.function().name()).toList();
  }

  /** Fills a floating tensor with normal values made on the device, for measurements. */
  public void fillNormal(Tensor target, int seed, float deviation) {
    checkOpen();
    LaunchPlan plan = new LaunchPlan(device, library, 0, 0);
    plan.begin("fill " + target.name());
    RandomNormal.launch(plan, target, seed, deviation);
    library.runOnce(plan.launches());
  }

  /** How often each kernel has run, by name. */
  @Override
  public Map<String, Long> launchCounts() {
    Map<String, Long> counts = new TreeMap<>();
    library.launchCounts().forEach((kernel, count) -> counts.put(kernel, count.sum()));
    return counts;
  }

  @Override
  public long operationsRun() {
    return library.operationsRun().sum();
  }

  @Override
  public BackendMemory memoryUse() {
    return memory;
  }

  @Override
  public synchronized long workspaceBytes() {
    return arenas.stream().mapToLong(GpuArena::packedBytes).sum()
        + scratch.stream().mapToLong(DeviceMemory::byteSize).sum();
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new IllegalStateException("Backend " + name + ": used after close");
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      memory.device().set("scratch", 0);
      memory.device().set("fault words", 0);
      computeStream.close();
      faultWords.close();
      synchronized (this) {
        scratch.forEach(DeviceMemory::close);
      }
      device.close();
    }
  }
}
