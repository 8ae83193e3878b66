package dev.framepack.kernels.emulator;

import dev.framepack.kernels.emulator.exec.LaunchRunner;
import dev.framepack.kernels.emulator.exec.Program;
import dev.framepack.kernels.emulator.memory.DeviceBuffer;
import dev.framepack.kernels.emulator.memory.GlobalMemory;
import dev.framepack.kernels.emulator.parse.PtxEntry;
import dev.framepack.kernels.emulator.parse.PtxModule;
import dev.framepack.kernels.emulator.parse.PtxParser;
import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceEvent;
import dev.framepack.kernels.gpu.device.DeviceFunction;
import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.DeviceInfo;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.Launch;
import dev.framepack.kernels.gpu.device.PinnedMemory;
import dev.framepack.kernels.gpu.device.PreparedLaunch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A device that runs PTX on the CPU and checks every access. Work runs when it is enqueued, so a
 * fault is thrown by the call that caused it; an {@link EmulationException} leaves the device
 * usable.
 */
public final class EmulatedDevice implements Device {
  private record Source(String ptx, String entry) {}

  private final EmulatorOptions options;
  private final GlobalMemory memory;
  private final ExecutorService workers;
  private final Map<Source, EmulatedFunction> functions = new ConcurrentHashMap<>();
  private final Consumer<LaunchReport> listener;
  private volatile @Nullable LaunchReport lastReport;
  private volatile boolean closed;

  /** With all checks, and as many threads as processors. */
  public EmulatedDevice() {
    this(
        EmulatorOptions.defaults()
            .withWorkers(
                Runtime.getRuntime().availableProcessors(),
                EmulatorOptions.defaults().instructionLimit()));
  }

  public EmulatedDevice(EmulatorOptions options) {
    this(options, report -> {});
  }

  /**
   * @param listener gets the report of each launch, on the launching thread
   */
  public EmulatedDevice(EmulatorOptions options, Consumer<LaunchReport> listener) {
    this.options = options;
    this.listener = listener;
    this.memory = new GlobalMemory(options.totalBytes());
    this.workers =
        Executors.newFixedThreadPool(
            Math.max(options.workers() - 1, 1),
            task -> {
              Thread thread = new Thread(task, "framepack-emulator");
              thread.setDaemon(true);
              return thread;
            });
  }

  EmulatorOptions options() {
    return options;
  }

  GlobalMemory memory() {
    return memory;
  }

  ExecutorService workers() {
    return workers;
  }

  void report(LaunchReport report) {
    lastReport = report;
    listener.accept(report);
  }

  /** The report of the latest launch; null before the first. */
  public @Nullable LaunchReport lastReport() {
    return lastReport;
  }

  /** Most device memory that was allocated at one time. */
  public long peakBytes() {
    return memory.peakBytes();
  }

  @Override
  public DeviceInfo info() {
    return new DeviceInfo(
        "PTX emulator",
        options.computeCapability(),
        options.archSpecific(),
        options.multiprocessors(),
        options.sharedBytesPerBlock(),
        50L << 20,
        options.totalBytes(),
        memory.freeBytes(),
        "emulated, PTX ISA 8.0");
  }

  @Override
  public DeviceMemory allocate(String purpose, long bytes) {
    checkOpen();
    return new Block(memory, memory.allocate(purpose, bytes));
  }

  private record Block(GlobalMemory memory, DeviceBuffer buffer) implements DeviceMemory {
    @Override
    public long address() {
      return buffer.address();
    }

    @Override
    public long byteSize() {
      return buffer.byteSize();
    }

    @Override
    public void close() {
      memory.free(buffer);
    }
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // The pinned block owns the arena.
  public PinnedMemory allocatePinned(String purpose, long bytes) {
    checkOpen();
    return new Pinned(bytes);
  }

  private static final class Pinned implements PinnedMemory {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;

    Pinned(long bytes) {
      segment = arena.allocate(bytes, 64);
    }

    @Override
    public MemorySegment segment() {
      return segment;
    }

    @Override
    public void close() {
      if (arena.scope().isAlive()) {
        arena.close();
      }
    }
  }

  @Override
  public void fill(long address, long bytes, byte value) {
    checkOpen();
    DeviceBuffer buffer = memory.require("fill", address, bytes);
    int offset = (int) (address - buffer.address());
    Arrays.fill(buffer.data(), offset, offset + (int) bytes, value);
    buffer.initialise(offset, (int) bytes);
  }

  @Override
  public void upload(MemorySegment source, long address) {
    checkOpen();
    if (source.byteSize() == 0) {
      return;
    }
    DeviceBuffer buffer = memory.require("upload", address, source.byteSize());
    int offset = (int) (address - buffer.address());
    int bytes = (int) source.byteSize();
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, 0, buffer.data(), offset, bytes);
    buffer.initialise(offset, bytes);
  }

  @Override
  public void download(long address, MemorySegment target) {
    checkOpen();
    if (target.byteSize() == 0) {
      return;
    }
    DeviceBuffer buffer = memory.require("download", address, target.byteSize());
    int offset = (int) (address - buffer.address());
    int bytes = (int) target.byteSize();
    MemorySegment.copy(buffer.data(), offset, target, ValueLayout.JAVA_BYTE, 0, bytes);
  }

  @Override
  public DeviceFunction load(String ptx, String entry) {
    checkOpen();
    Source source = new Source(ptx, entry);
    EmulatedFunction known = functions.get(source);
    if (known == null) {
      known =
          new EmulatedFunction(
              this,
              new LaunchRunner(ProgramCache.get(ptx, entry, options, () -> program(ptx, entry))));
      functions.put(source, known);
    }
    return known;
  }

  private Program program(String ptx, String name) {
    PtxModule module = PtxParser.parse(ptx);
    checkTarget(module, name);
    for (PtxEntry entry : module.entries()) {
      if (entry.name().equals(name)) {
        return Program.of(module, entry, options);
      }
    }
    throw new EmulationException(
        EmulationException.Kind.LAUNCH,
        "load %s: the text has no such .entry, found %s"
            .formatted(name, module.entries().stream().map(PtxEntry::name).toList()));
  }

  private void checkTarget(PtxModule module, String name) {
    if (module.version() > 80) {
      throw new EmulationException(
          EmulationException.Kind.UNKNOWN_INSTRUCTION,
          String.format(
              Locale.ROOT,
              "load %s: .version %.1f; expected 8.0 or older",
              name,
              module.version() / 10.0));
    }
    String target = module.target();
    boolean specific = target.endsWith("a");
    String digits = target.replaceAll("[^0-9]", "");
    int capability = digits.isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(digits);
    boolean runs =
        specific
            ? capability == options.computeCapability() && options.archSpecific()
            : capability <= options.computeCapability();
    if (!runs) {
      throw new EmulationException(
          EmulationException.Kind.LAUNCH,
          "load %s: .target %s does not run on this device, sm_%s%s"
              .formatted(
                  name, target, options.computeCapability(), options.archSpecific() ? "a" : ""));
    }
  }

  @Override
  public DeviceGraph record(List<Launch> launches) {
    checkOpen();
    return new EmulatedGraph(
        List.copyOf(launches),
        launches.stream().map(launch -> new PreparedEmulation(this, launch)).toList());
  }

  @Override
  public PreparedLaunch prepare(Launch launch) {
    checkOpen();
    return new PreparedEmulation(this, launch);
  }

  @Override
  public DeviceStream openStream(String purpose) {
    checkOpen();
    return new EmulatedStream(this);
  }

  @Override
  public DeviceEvent openEvent() {
    checkOpen();
    return new EmulatedEvent();
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("EmulatedDevice: used after close");
    }
  }

  @Override
  public void close() {
    closed = true;
    workers.shutdown();
    functions.clear();
    memory.close();
  }
}
