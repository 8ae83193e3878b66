package dev.framepack.kernels.cuda;

/** JCuda's native libraries: the file, its SHA-256 as published, and the class that loads it. */
enum NativeLibrary {
  DRIVER(
      "JCudaDriver",
      "fdc3b4b4fca4f0fab54ff12c0b4d6ad1c5e8d55015b4950834c705e5db301255",
      "jcuda.driver.JCudaDriver"),
  PTX_COMPILER(
      "JNvPTXCompiler",
      "6bce6925256b2456ab9521372a3a6ae76438488d0394dd467e32f3c0a32efa18",
      "jcuda.nvptxcompiler.JNvPTXCompiler"),
  CUBLAS(
      "JCublas2",
      "990b2129e540a7f93d0776799d48659dc85e4f7f5bfb6473d0c8369ef8126c32",
      "jcuda.jcublas.JCublas2");

  private static final String VERSION = "12.6.0";

  private final String baseName;
  private final String sha256;
  private final String owner;

  NativeLibrary(String baseName, String sha256, String owner) {
    this.baseName = baseName;
    this.sha256 = sha256;
    this.owner = owner;
  }

  /** The name JCuda looks for; also that of the resource below {@code /lib}. */
  String fileName() {
    return "lib" + baseName + "-" + VERSION + "-linux-x86_64.so";
  }

  String sha256() {
    return sha256;
  }

  /** Its static initialiser loads the library. */
  String owner() {
    return owner;
  }
}
