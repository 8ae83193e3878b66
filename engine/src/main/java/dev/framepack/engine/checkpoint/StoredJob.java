package dev.framepack.engine.checkpoint;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.json.JsonObject;
import dev.framepack.engine.request.ImageReference;
import dev.framepack.engine.request.ImageSource;
import dev.framepack.engine.request.RequestJson;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a checkpoint holds, read without taking it up. */
public final class StoredJob {
  private static final String FOLDER_PREFIX = "job-";
  private static final String IMAGE_PREFIX = "image-";
  private static final String IMAGE_SUFFIX = ".png";

  private final Path folder;
  private final Manifest manifest;
  private final VideoRequest request;

  private StoredJob(Path folder, Manifest manifest, VideoRequest request) {
    this.folder = folder;
    this.manifest = manifest;
    this.request = request;
  }

  /**
   * Reads a folder's manifest and the pictures of the request.
   *
   * @throws dev.framepack.engine.CheckpointException when they are missing or damaged
   */
  public static StoredJob read(Path folder) {
    Path file = folder.resolve(Manifest.FILE);
    Manifest manifest = Manifest.decode(file, DurableFolder.read(folder, Manifest.FILE));
    Path name = folder.toAbsolutePath().normalize().getFileName();
    if (name == null || !name.toString().equals(folderName(manifest.job()))) {
      throw CheckpointErrors.damaged(
          file,
          "job: expected %s as the folder is named, found %s"
              .formatted(name, folderName(manifest.job())),
          null);
    }
    JsonObject request = JsonObject.of("request", manifest.request(), damaged(file));
    try {
      return new StoredJob(folder, manifest, RequestJson.readComplete(request, images(folder)));
    } catch (InvalidRequestException e) {
      throw CheckpointErrors.damaged(folder, String.valueOf(e.getMessage()), e);
    }
  }

  /** The pictures beside the manifest, which have no other names than these. */
  private static ImageSource images(Path folder) {
    ImageSource stored = ImageSource.in(List.of(folder), damaged(folder));
    return (field, reference) -> {
      Optional<String> name = reference.sha256().map(StoredJob::imageName);
      if (name.isEmpty()) {
        throw damaged(folder).apply(field + ": sha256: the field is missing");
      }
      return stored.image(field, new ImageReference(name, reference.sha256()));
    };
  }

  private static Function<String, RuntimeException> damaged(Path path) {
    return fault -> CheckpointErrors.damaged(path, fault, null);
  }

  static String folderName(String job) {
    return FOLDER_PREFIX + job;
  }

  static String imageName(Rgb8Image image) {
    return imageName(image.sha256());
  }

  private static String imageName(String sha256) {
    return IMAGE_PREFIX + sha256 + IMAGE_SUFFIX;
  }

  Manifest manifest() {
    return manifest;
  }

  /** What is being made. */
  public VideoRequest request() {
    return request;
  }

  /** How the engine was opened that made it. */
  public JsonObject setup() {
    return JsonObject.of("setup", manifest.setup(), damaged(folder));
  }

  /** How many plans were made. */
  public int finishedPlans() {
    return manifest.plans().size();
  }
}
