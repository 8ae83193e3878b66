package dev.framepack.engine.video;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.OutputException;
import dev.framepack.engine.disk.FullDisk;
import dev.framepack.engine.disk.WatchedDisk;
import dev.framepack.engine.image.Rgb8Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** F06: a disk that is full at any write of an output, its JSON file and their renaming. */
final class DiskFullTest {
  private static final Rgb8Image FRAME = Rgb8Image.of(16, 16, new byte[16 * 16 * 3]);
  private static final int FRAMES = 40;

  @TempDir Path root;

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @CsvSource({"video.y4m, 40", "frames, 3"})
  void whateverWriteFailsNothingIsLeft(String name, int frames) throws IOException {
    boolean met = true;
    int changes = 0;
    for (; met; changes++) {
      Path place = Files.createDirectory(root.resolve("after-" + changes));
      FullDisk full = new FullDisk(changes);
      Path output = new WatchedDisk(full).path(place).resolve(name);
      try (VideoSink sink = SinkFactory.forOutput(output, new SinkOptions(16, false))) {
        sink.begin(new VideoInfo(16, 16, 30, Map.of("prompt", "x")));
        for (int i = 0; i < frames; i++) {
          sink.accept(FRAME);
        }
        sink.commit();
      } catch (OutputException e) {
        assertThat(e.code()).isIn("OUTPUT_WRITE_FAILED", "OUTPUT_NOT_WRITABLE");
        assertThat(e.getMessage()).contains("No space left on device");
      }
      met = full.wasMet();
      if (met) {
        assertThat(names(place)).as("after %d changes", changes).isEmpty();
      } else {
        assertThat(names(place)).containsExactly(name, name + ".json");
      }
    }
    assertThat(changes).as("places where it can be full").isGreaterThan(5);
  }

  @Test
  void framesThatFindNoRoomAreToldAndLeaveNothing() throws IOException {
    for (int changes = 0; changes < 3; changes++) {
      Path place = Files.createDirectory(root.resolve("after-" + changes));
      Path watched = new WatchedDisk(new FullDisk(changes)).path(place);
      int kept = 0;
      try (FrameStore store = new FrameStore(16, 16, watched)) {
        while (kept < FRAMES) {
          store.append(FRAME);
          kept++;
        }
      } catch (OutputException e) {
        assertThat(e.getMessage()).contains("No space left on device");
      }
      assertThat(kept).isEqualTo(Math.max(0, changes - 1));
      assertThat(names(place)).isEmpty();
    }
  }
}
