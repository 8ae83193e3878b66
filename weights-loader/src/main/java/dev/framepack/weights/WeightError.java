package dev.framepack.weights;

/**
 * The stable codes of everything that can be wrong with a checkpoint, each with what to do about
 * it.
 *
 * <p>{@code ST_} the safetensors format, {@code GGUF_} that format, {@code INDEX_} the shard index,
 * {@code MODEL_} the files as the model expected, {@code CONFIG_} the configuration, {@code
 * TENSOR_} one tensor's values, {@code LORA_} a LoRA file.
 */
public enum WeightError {
  ST_HEADER_TOO_SMALL("download the file again"),
  ST_HEADER_TOO_LARGE("download the file again or convert it to safetensors"),
  ST_HEADER_LENGTH("the file is cut off: download it again"),
  ST_HEADER_UTF8("the header is damaged: download the file again"),
  ST_HEADER_JSON("the header is damaged: download the file again"),
  ST_HEADER_LIMIT("refused as hostile: use a file made by a safetensors library"),
  ST_DTYPE("convert the tensor to one of the types listed"),
  ST_SHAPE("the header is damaged: download the file again"),
  ST_OVERFLOW("the header is damaged: download the file again"),
  ST_OFFSETS("the header is damaged: download the file again"),
  ST_OFFSETS_NOT_CONTIGUOUS("the header is damaged: download the file again"),
  ST_SIZE_MISMATCH("the header is damaged: download the file again"),
  ST_FILE_LENGTH("the file is cut off or has a foreign tail: download it again"),
  ST_DUPLICATE_KEY("write the file again with unique names"),
  ST_TENSOR_NAME("write the file again with non-empty names"),
  ST_METADATA("write the file again with text values in __metadata__"),
  ST_MISALIGNED("write the tensor with an even number of elements"),
  ST_NOT_SAFETENSORS("give a safetensors file"),

  GGUF_VERSION("convert the file again with a current tool"),
  GGUF_TRUNCATED("the file is cut off: download it again"),
  GGUF_LIMIT("refused as hostile: use a file made by a GGUF library"),
  GGUF_METADATA("the header is damaged: download the file again"),
  GGUF_DUPLICATE("write the file again with unique names"),
  GGUF_TENSOR_NAME("write the file again with non-empty names"),
  GGUF_TYPE("quantise the model to one of the types listed"),
  GGUF_SHAPE("the header is damaged: download the file again"),
  GGUF_OFFSETS("the header is damaged: download the file again"),
  GGUF_FILE_LENGTH("the file has a foreign tail: download it again"),

  INDEX_JSON("download the index again"),
  INDEX_DUPLICATE_KEY("download the index again"),
  INDEX_PATH("use an index whose files are plain names in its own folder"),
  INDEX_SYMLINK("copy the file into the folder or open without the strict root option"),
  INDEX_EMPTY("download the index again"),
  INDEX_SHARD_MISSING("download the missing shard"),
  INDEX_SHARD_UNREFERENCED("remove the stale shard or download the matching index"),
  INDEX_TENSOR_NOT_IN_SHARD("download the index and its shards again"),
  INDEX_TENSOR_DUPLICATE("download the shards again"),

  MODEL_IO("check the path and its permissions"),
  MODEL_CHANGED("do not write to model files while they are in use; load the model again"),
  MODEL_WEIGHTS_MISSING("download the component's safetensors file"),
  MODEL_WEIGHTS_AMBIGUOUS("keep one weight file or name it model.safetensors"),
  MODEL_PART_MISSING("download the missing parts or name their folders"),
  MODEL_TENSOR_MISSING("use the weights that belong to this config.json"),
  MODEL_TENSOR_UNEXPECTED("use the weights that belong to this config.json"),
  MODEL_TENSOR_SHAPE("use the weights that belong to this config.json"),
  MODEL_TENSOR_DTYPE("use weights in a supported type"),
  MODEL_NAME_COLLISION("use a file that names each tensor once"),
  MODEL_NON_FINITE("download the file again: its values are damaged"),

  CONFIG_MISSING("download the component's configuration"),
  CONFIG_JSON("download the configuration again"),
  CONFIG_CLASS("use the folder of the right component"),
  CONFIG_TYPE("correct the value in the configuration"),
  CONFIG_RANGE("correct the value in the configuration"),
  CONFIG_VALUE("use a checkpoint this engine supports"),
  CONFIG_INCONSISTENT("use parts that belong together"),

  TENSOR_DECODE("convert the tensor to F32, F16 or BF16"),

  LORA_FILE_MISSING("check the path of the LoRA file"),
  LORA_FORMAT("use a LoRA named as diffusers, kohya or HunyuanVideo name theirs"),
  LORA_UNSUPPORTED("use a plain LoRA of the transformer's linear layers"),
  LORA_METADATA("write the file again with the metadata of its training"),
  LORA_PAIR("download the LoRA file again"),
  LORA_DTYPE("convert the LoRA file to F32, F16 or BF16"),
  LORA_SHAPE("use a LoRA of linear layers trained for this model"),
  LORA_RANK("download the LoRA file again"),
  LORA_ALPHA("write the file again with the alpha of its training"),
  LORA_NON_FINITE("download the LoRA file again: its values are damaged"),
  LORA_UNMATCHED("use a LoRA trained for this model"),
  LORA_AMBIGUOUS("use a LoRA in diffusers naming");

  private final String remedy;

  WeightError(String remedy) {
    this.remedy = remedy;
  }

  /** What the user can do. */
  public String remedy() {
    return remedy;
  }
}
