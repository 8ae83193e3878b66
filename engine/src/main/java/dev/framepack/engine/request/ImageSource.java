package dev.framepack.engine.request;

import dev.framepack.engine.image.Rgb8Image;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Where the pictures that a document names are found. */
@FunctionalInterface
public interface ImageSource {

  /**
   * The picture.
   *
   * @param field of the request
   * @throws dev.framepack.engine.FramePackException when it is not there or another one
   */
  Rgb8Image image(String field, ImageReference reference);

  /**
   * Files relative to folders, the first that holds one; a picture whose hash is not the one
   * written down is refused.
   *
   * @param failure makes the exception
   */
  static ImageSource in(List<Path> folders, Function<String, ? extends RuntimeException> failure) {
    return (field, reference) -> {
      String name =
          reference
              .file()
              .orElseThrow(() ->
                  failure.apply(
                      "%s: the picture with SHA-256 %s came from no file"
                          .formatted(field, reference.sha256().orElse("?"))));
      Path file =
          find(folders, name)
              .orElseThrow(() ->
                  failure.apply(
                      "%s: found no file %s in %s"
                          .formatted(
                              field,
                              name,
                              String.join(" or ", folders.stream().map(Path::toString).toList()))));
      Rgb8Image image = Rgb8Image.read(file);
      reference
          .sha256()
          .ifPresent(expected -> {
            if (!image.sha256().equals(expected)) {
              throw failure.apply(
                  "%s: %s: expected the picture with SHA-256 %s, found %s"
                      .formatted(field, file, expected, image.sha256()));
            }
          });
      return image;
    };
  }

  private static Optional<Path> find(List<Path> folders, String name) {
    try {
      return folders.stream()
          .map(folder -> folder.resolve(name))
          .filter(Files::isRegularFile)
          .findFirst();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
