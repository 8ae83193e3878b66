package dev.framepack.kernels.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.gpu.device.DeviceUnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The functions of cuBLASLt that a product needs, by the foreign function API: JCuda has none of
 * them. The interface is the same in 12 and 13.
 */
final class CublasLtFunctions {
  /** cublasLtMatmulDescAttributes_t. */
  static final int DESC_TRANSA = 3;

  /** cublasLtMatmulPreferenceAttributes_t. */
  static final int PREF_MAX_WORKSPACE_BYTES = 1;

  static final int PREF_MIN_ALIGNMENT_A_BYTES = 5;
  static final int PREF_MIN_ALIGNMENT_D_BYTES = 8;

  /** cublasLtMatmulHeuristicResult_t: the algorithm, then the workspace it wants. */
  static final int HEURISTIC_BYTES = 96;

  static final long HEURISTIC_WORKSPACE = 64;

  private final String library;
  private final MethodHandle create;
  private final MethodHandle destroy;
  private final MethodHandle descCreate;
  private final MethodHandle descSet;
  private final MethodHandle descDestroy;
  private final MethodHandle layoutCreate;
  private final MethodHandle layoutDestroy;
  private final MethodHandle preferenceCreate;
  private final MethodHandle preferenceSet;
  private final MethodHandle preferenceDestroy;
  private final MethodHandle heuristic;
  private final MethodHandle matmul;

  private CublasLtFunctions(String library) {
    this.library = library;
    this.create = function("Create", ADDRESS);
    this.destroy = function("Destroy", JAVA_LONG);
    this.descCreate = function("MatmulDescCreate", ADDRESS, JAVA_INT, JAVA_INT);
    this.descSet = function("MatmulDescSetAttribute", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    this.descDestroy = function("MatmulDescDestroy", JAVA_LONG);
    this.layoutCreate =
        function("MatrixLayoutCreate", ADDRESS, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    this.layoutDestroy = function("MatrixLayoutDestroy", JAVA_LONG);
    this.preferenceCreate = function("MatmulPreferenceCreate", ADDRESS);
    this.preferenceSet =
        function("MatmulPreferenceSetAttribute", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    this.preferenceDestroy = function("MatmulPreferenceDestroy", JAVA_LONG);
    this.heuristic =
        function(
            "MatmulAlgoGetHeuristic",
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_INT,
            ADDRESS,
            ADDRESS);
    this.matmul =
        function(
            "Matmul", JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
            ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG,
            JAVA_LONG);
  }

  /**
   * Binds the newest version that loads.
   *
   * @throws DeviceUnavailableException with the loader's reason for each
   */
  static CublasLtFunctions load() {
    List<String> refusals = new ArrayList<>();
    for (String name : VendorLibrary.CUBLAS_LT) {
      DynamicLibrary.Attempt attempt = DynamicLibrary.load(name);
      if (attempt.loads()) {
        return new CublasLtFunctions(name);
      }
      refusals.add(String.valueOf(attempt.refusal()));
    }
    throw new DeviceUnavailableException(
        "cuBLASLt cannot be loaded: " + String.join("; ", refusals));
  }

  private MethodHandle function(String name, MemoryLayout... parameters) {
    return DynamicLibrary.function(
        library, "cublasLt" + name, FunctionDescriptor.of(JAVA_INT, parameters));
  }

  /** The library's file name. */
  String library() {
    return library;
  }

  /** A call that writes a new handle to where its argument points. */
  private interface Creation {
    int into(MemorySegment handle) throws Throwable;
  }

  private interface Call {
    int run() throws Throwable;
  }

  private long created(String name, Creation creation) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(JAVA_LONG);
      check(name, () -> creation.into(handle));
      return handle.get(JAVA_LONG, 0);
    }
  }

  private void check(String name, Call call) {
    int status;
    try {
      status = call.run();
    } catch (Throwable e) {
      throw new IllegalStateException("cublasLt" + name + ": " + e, e);
    }
    if (status != 0) {
      throw new DeviceException(
          String.format(Locale.ROOT, "cublasLt%s: status %s (%s)", name, status, library), false);
    }
  }

  long create() {
    return created("Create", handle -> (int) create.invokeExact(handle));
  }

  void destroy(long handle) {
    check("Destroy", () -> (int) destroy.invokeExact(handle));
  }

  long descriptor(int computeType, int scaleType) {
    return created(
        "MatmulDescCreate", handle -> (int) descCreate.invokeExact(handle, computeType, scaleType));
  }

  void setDescriptor(long descriptor, int attribute, int value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(JAVA_INT, value);
      check(
          "MatmulDescSetAttribute",
          () -> (int) descSet.invokeExact(descriptor, attribute, memory, 4L));
    }
  }

  void destroyDescriptor(long descriptor) {
    check("MatmulDescDestroy", () -> (int) descDestroy.invokeExact(descriptor));
  }

  /** A column-major matrix whose columns follow each other. */
  long layout(int dataType, long rows, long columns) {
    return created(
        "MatrixLayoutCreate",
        handle -> (int) layoutCreate.invokeExact(handle, dataType, rows, columns, rows));
  }

  void destroyLayout(long layout) {
    check("MatrixLayoutDestroy", () -> (int) layoutDestroy.invokeExact(layout));
  }

  long preference() {
    return created("MatmulPreferenceCreate", handle -> (int) preferenceCreate.invokeExact(handle));
  }

  void setPreference(long preference, int attribute, MemorySegment value) {
    check(
        "MatmulPreferenceSetAttribute",
        () -> (int) preferenceSet.invokeExact(preference, attribute, value, value.byteSize()));
  }

  void destroyPreference(long preference) {
    check("MatmulPreferenceDestroy", () -> (int) preferenceDestroy.invokeExact(preference));
  }

  /** The best algorithm into {@code result}; false when there is none. */
  boolean heuristic(
      long handle, long descriptor, long a, long b, long d, long preference, MemorySegment result) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found = arena.allocate(JAVA_INT);
      int status =
          (int) heuristic.invokeExact(handle, descriptor, a, b, d, d, preference, 1, result, found);
      return status == 0 && found.get(JAVA_INT, 0) == 1;
    } catch (Throwable e) {
      throw new IllegalStateException("cublasLtMatmulAlgoGetHeuristic: " + e, e);
    }
  }

  /** {@code D = A B}; alpha and beta are a 1 and a 0 in fp32. */
  void matmul(
      long handle,
      long descriptor,
      MemorySegment alpha,
      long aAddress,
      long a,
      long bAddress,
      long b,
      MemorySegment beta,
      long dAddress,
      long d,
      MemorySegment algorithm,
      long workspace,
      long workspaceBytes,
      long stream) {
    check(
        "Matmul",
        () ->
            (int)
                matmul.invokeExact(
                    handle,
                    descriptor,
                    alpha,
                    aAddress,
                    a,
                    bAddress,
                    b,
                    beta,
                    dAddress,
                    d,
                    dAddress,
                    d,
                    algorithm,
                    workspace,
                    workspaceBytes,
                    stream));
  }
}
