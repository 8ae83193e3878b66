package dev.framepack.weights;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which order of sections a transformer was trained for. Both have the same tensors, so weights
 * alone do not tell: the user says which, and names can only raise a doubt.
 */
public enum ModelVariant {
  /** FramePackI2V_HY: the last section first. */
  INVERTED,
  /** FramePack_F1_I2V_HY: forward. */
  F1;

  private static final System.Logger LOG = System.getLogger(ModelVariant.class.getName());
  private static final Pattern F1_WORD =
      Pattern.compile("(?<![a-z0-9])f1(?![a-z0-9])", Pattern.CASE_INSENSITIVE);
  private static final Pattern INVERTED_WORD =
      Pattern.compile("framepack_?i2v", Pattern.CASE_INSENSITIVE);

  /** Path elements looked at, last ones: snapshots lie two below their repository's name. */
  private static final int PATH_ELEMENTS = 4;

  /** What a repository name speaks for, if anything. */
  public static Optional<ModelVariant> suggestedBy(String name) {
    if (F1_WORD.matcher(name).find()) {
      return Optional.of(F1);
    }
    return INVERTED_WORD.matcher(name).find() ? Optional.of(INVERTED) : Optional.empty();
  }

  /**
   * Logs a warning when the folder's or the configuration's name speaks for the other variant.
   *
   * @param folder the transformer's folder
   * @param nameOrPath {@code _name_or_path} of its configuration, or empty
   * @return the warning, if there was one
   */
  public Optional<String> warnIfContradicted(Path folder, String nameOrPath) {
    Path absolute = folder.toAbsolutePath().normalize();
    int names = absolute.getNameCount();
    String tail =
        names == 0 ? "" : absolute.subpath(Math.max(0, names - PATH_ELEMENTS), names).toString();
    Optional<String> culprit =
        Optional.of(nameOrPath)
            .filter(this::contradicts)
            .or(() -> Optional.of(tail).filter(this::contradicts));
    Optional<String> warning =
        culprit.map(name ->
            "sampling %s was asked for, but the name %s suggests weights for %s"
                .formatted(this, MessageText.quote(name, 120), this == F1 ? INVERTED : F1));
    warning.ifPresent(text -> LOG.log(System.Logger.Level.WARNING, text));
    return warning;
  }

  private boolean contradicts(String name) {
    return suggestedBy(name).filter(suggested -> suggested != this).isPresent();
  }
}
