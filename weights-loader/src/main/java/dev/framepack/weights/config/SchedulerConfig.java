package dev.framepack.weights.config;

import java.nio.file.Path;

/**
 * {@code scheduler/scheduler_config.json}: flow matching with Euler steps (spec section 3), obeyed
 * by the {@code diffusers} profile. Defaults are those of the diffusers library.
 *
 * @param numTrainTimesteps timestep at sigma 1
 * @param shift sigma = shift t / (1 + (shift - 1) t) when shifting is not dynamic
 * @param useDynamicShifting whether the shift depends on the token count
 * @param baseShift mu at {@code baseImageSeqLen} tokens
 * @param maxShift mu at {@code maxImageSeqLen} tokens
 * @param baseImageSeqLen tokens
 * @param maxImageSeqLen tokens
 */
public record SchedulerConfig(
    int numTrainTimesteps,
    double shift,
    boolean useDynamicShifting,
    double baseShift,
    double maxShift,
    int baseImageSeqLen,
    int maxImageSeqLen) {

  /**
   * Reads a component folder's {@code scheduler_config.json}, or the file itself.
   *
   * @throws dev.framepack.weights.WeightException {@code CONFIG_*}, naming file and field
   */
  public static SchedulerConfig read(Path folderOrFile) {
    ConfigReader json = ConfigReader.read(folderOrFile, "scheduler_config.json");
    json.requireClass("_class_name", "FlowMatchEulerDiscreteScheduler");
    json.requireFlag("use_karras_sigmas", false, false);
    json.requireFlag("use_exponential_sigmas", false, false);
    json.requireFlag("use_beta_sigmas", false, false);
    json.requireFlag("invert_sigmas", false, false);
    json.requireFlag("stochastic_sampling", false, false);
    json.requireNull("shift_terminal");
    json.oneOf("time_shift_type", "exponential", "exponential");
    SchedulerConfig config =
        new SchedulerConfig(
            json.integer("num_train_timesteps", 1000, 1, 1_000_000),
            json.number("shift", 1.0, 1e-6, 1e6),
            json.flag("use_dynamic_shifting", false),
            json.number("base_shift", 0.5, -100, 100),
            json.number("max_shift", 1.15, -100, 100),
            json.integer("base_image_seq_len", 256, 1, 1 << 30),
            json.integer("max_image_seq_len", 4096, 1, 1 << 30));
    if (config.maxImageSeqLen <= config.baseImageSeqLen) {
      throw json.inconsistent(
          "max_image_seq_len is %s, expected more than base_image_seq_len = %s"
              .formatted(config.maxImageSeqLen, config.baseImageSeqLen));
    }
    json.finish();
    return config;
  }
}
