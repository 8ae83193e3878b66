package dev.framepack.weights.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * {@code feature_extractor/preprocessor_config.json}: how a picture becomes SigLIP input: bicubic
 * to {@code height} x {@code width}, times {@code rescaleFactor}, minus {@code imageMean}, over
 * {@code imageStd} (spec section 6). Defaults are those of the transformers library.
 *
 * @param height pixels
 * @param width pixels
 * @param rescaleFactor usually 1/255
 * @param imageMean per colour channel
 * @param imageStd per colour channel
 */
public record PreprocessorConfig(
    int height, int width, double rescaleFactor, List<Double> imageMean, List<Double> imageStd) {
  private static final int BICUBIC = 3; // Pillow's number for it
  private static final Set<String> IGNORED =
      Set.of(
          "processor_class",
          "return_tensors",
          "data_format",
          "input_data_format",
          "device",
          "disable_grouping",
          "image_seq_length",
          "do_pad",
          "pad_size",
          "crop_size");

  public PreprocessorConfig {
    imageMean = List.copyOf(imageMean);
    imageStd = List.copyOf(imageStd);
  }

  /**
   * Reads a component folder's {@code preprocessor_config.json}, or the file itself.
   *
   * @throws dev.framepack.weights.WeightException {@code CONFIG_*}, naming file and field
   */
  public static PreprocessorConfig read(Path folderOrFile) {
    ConfigReader json = ConfigReader.read(folderOrFile, "preprocessor_config.json");
    json.ignore(IGNORED);
    json.requireClass(
        "image_processor_type",
        "SiglipImageProcessor",
        "SiglipImageProcessorFast",
        "SiglipImageProcessorPil");
    json.requireFlag("do_resize", true, true);
    json.requireFlag("do_rescale", true, true);
    json.requireFlag("do_normalize", true, true);
    json.requireFlag("do_center_crop", false, false);
    json.flag("do_convert_rgb", true);
    json.requireInteger("resample", BICUBIC, BICUBIC);
    int height = 224;
    int width = 224;
    ConfigReader size = json.object("size");
    if (size != null) {
      size.requireNull("shortest_edge");
      size.requireNull("longest_edge");
      height = size.integer("height", height, 1, 1 << 13);
      width = size.integer("width", width, 1, 1 << 13);
      size.finish();
    }
    List<Double> half = List.of(0.5, 0.5, 0.5);
    PreprocessorConfig config =
        new PreprocessorConfig(
            height,
            width,
            json.number("rescale_factor", 1.0 / 255, 1e-9, 1e9),
            json.numbers("image_mean", half, 3, -1e6, 1e6),
            json.numbers("image_std", half, 3, 1e-9, 1e6));
    json.finish();
    return config;
  }
}
