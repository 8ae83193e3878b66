package dev.framepack.engine.cli;

import dev.framepack.engine.BackendKind;
import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.Precision;
import dev.framepack.engine.WeightStorage;
import dev.framepack.weights.ModelPart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the model lies and what runs it: a mixin for every command that opens an engine. */
public final class EngineOptions {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Folder with transformer/, vae/, text_encoder/ and the other parts.")
  @Nullable Path model;

  @Option(
      names = "--transformer",
      paramLabel = "PATH",
      description = "This part from elsewhere: a folder, or a safetensors or GGUF file.")
  @Nullable Path transformer;

  @Option(names = "--vae", paramLabel = "DIR", description = "This part from elsewhere.")
  @Nullable Path vae;

  @Option(names = "--text-encoder", paramLabel = "DIR", description = "This part from elsewhere.")
  @Nullable Path textEncoder;

  @Option(names = "--text-encoder-2", paramLabel = "DIR", description = "This part from elsewhere.")
  @Nullable Path textEncoder2;

  @Option(names = "--image-encoder", paramLabel = "DIR", description = "This part from elsewhere.")
  @Nullable Path imageEncoder;

  @Option(
      names = "--feature-extractor",
      paramLabel = "DIR",
      description = "This part from elsewhere.")
  @Nullable Path featureExtractor;

  @Option(names = "--tokenizer", paramLabel = "DIR", description = "This part from elsewhere.")
  @Nullable Path tokenizer;

  @Option(names = "--tokenizer-2", paramLabel = "DIR", description = "This part from elsewhere.")
  @Nullable Path tokenizer2;

  @Option(names = "--scheduler", paramLabel = "DIR", description = "This part from elsewhere.")
  @Nullable Path scheduler;

  @Option(
      names = "--lora",
      paramLabel = "FILE[:STRENGTH]",
      converter = LoraArgument.Converter.class,
      description =
          "LoRA to merge into the transformer, strength -10 to 10, default 1; repeatable.")
  List<LoraArgument> loras = new ArrayList<>();

  @picocli.CommandLine.Mixin final BackendOptions backend = new BackendOptions();

  @Option(
      names = "--weights-storage",
      paramLabel = "FORMAT",
      description =
          "How the transformer's weights lie in memory: auto (default: quantised GGUF tensors as"
              + " they are), expanded, fp8_e4m3, q8_0 or q4_0.")
  @Nullable String weightsStorage;

  @Option(
      names = "--device-memory",
      paramLabel = "SIZE",
      description = "Most GPU memory to use, such as 6GB or 6GiB; weights beyond it are streamed.")
  @Nullable String deviceMemory;

  /** True when no folder was named. */
  public boolean isEmpty() {
    return model == null && transformer == null && vae == null;
  }

  /** What is wrong with them where a model is needed; empty when nothing is. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (isEmpty()) {
      faults.add("--model is missing: name the folder of a checkpoint, or try framepack demo");
    }
    if (backend.threads() < 1 || backend.threads() > 1024) {
      faults.add("threads must be 1 to 1024, found " + backend.threads());
    }
    return faults;
  }

  /**
   * A configuration with what was given.
   *
   * @throws dev.framepack.engine.InvalidRequestException when a name or size is not understood
   */
  public EngineConfig.Builder toBuilder() {
    return applyTo(EngineConfig.builder());
  }

  /** What was given, over what a configuration says. */
  EngineConfig.Builder applyTo(EngineConfig.Builder builder) {
    if (backend.backend != null) {
      builder.backend(backend.kind());
    }
    if (backend.precision != null) {
      builder.precision(backend.precision());
    }
    if (weightsStorage != null) {
      builder.weightStorage(
          RequestOptions.named(
              "--weights-storage", weightsStorage, WeightStorage.values(), WeightStorage::id));
    }
    if (backend.threads != null) {
      builder.threads(backend.threads);
    }
    if (deviceMemory != null) {
      builder.deviceMemoryBytes(ByteCount.parse("--device-memory", deviceMemory));
    }
    if (model != null) {
      builder.models(model);
    }
    loras.forEach(lora -> builder.lora(lora.file(), lora.strength()));
    part(builder, ModelPart.TRANSFORMER, transformer);
    part(builder, ModelPart.VAE, vae);
    part(builder, ModelPart.TEXT_ENCODER, textEncoder);
    part(builder, ModelPart.TEXT_ENCODER_2, textEncoder2);
    part(builder, ModelPart.IMAGE_ENCODER, imageEncoder);
    part(builder, ModelPart.FEATURE_EXTRACTOR, featureExtractor);
    part(builder, ModelPart.TOKENIZER, tokenizer);
    part(builder, ModelPart.TOKENIZER_2, tokenizer2);
    part(builder, ModelPart.SCHEDULER, scheduler);
    return builder;
  }

  private static void part(EngineConfig.Builder builder, ModelPart part, @Nullable Path folder) {
    if (folder != null) {
      builder.part(part, folder);
    }
  }

  /** What runs the operations. */
  static final class BackendOptions {
    @Option(
        names = "--backend",
        paramLabel = "NAME",
        description =
            "auto (default: cuda where a GPU can be used, else cpu), cuda, cuda+cublaslt,"
                + " cuda+cublas (linear layers by that library), cuda-emulated (slow, no GPU"
                + " needed), cpu (Vector API) or cpu-reference (slow, exact).")
    @Nullable String backend;

    @Option(
        names = "--threads",
        paramLabel = "N",
        description = "Threads of the CPU and emulated backends, default all cores.")
    @Nullable Integer threads;

    @Option(
        names = "--precision",
        paramLabel = "TYPE",
        description =
            "auto (default: float32 on the processor; on a GPU bfloat16 for the transformer,"
                + " float16 for the rest), float32, bfloat16 or float16.")
    @Nullable String precision;

    int threads() {
      return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }

    Precision precision() {
      return precision == null
          ? Precision.AUTO
          : RequestOptions.named("--precision", precision, Precision.values(), Precision::id);
    }

    BackendKind kind() {
      return backend == null
          ? BackendKind.AUTO
          : RequestOptions.named("--backend", backend, BackendKind.values(), BackendKind::id);
    }
  }
}
