package dev.framepack.engine.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.framepack.engine.CancelledException;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.GenerationListener;
import dev.framepack.engine.LogCollector;
import dev.framepack.engine.TinyVideos;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.demo.DemoModel;
import dev.framepack.engine.image.Rgb8Image;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples that the README names do what they say. */
final class ExamplesTest {
  private static final Path SOURCES = Path.of("src/test/java/dev/framepack/engine/examples");
  private static final int MAX_LINES = 60;

  @TempDir Path folder;

  @Test
  void aPlainProgramMakesAVideo() {
    Path output = folder.resolve("circle.y4m");
    try (DemoModel demo = DemoModel.unpack()) {
      EmbedInMain.main(
          new String[] {
            demo.folder().toString(),
            demo.startImage().toString(),
            DemoModel.PROMPT,
            output.toString()
          });
    }
    assertThat(output).isNotEmptyFile();
  }

  @Test
  void aConsumerSeesEveryFrame() {
    VideoRequest request = TinyVideos.request().build();
    List<BufferedImage> seen = new ArrayList<>();
    try (FramePackEngine engine = TinyVideos.open(1)) {
      FramesToConsumer.generate(engine, request, seen::add);
      try (VideoResult video = engine.generate(request, GenerationListener.NONE)) {
        assertThat(seen).hasSize(video.frameCount());
        assertThat(seen.getLast().getRGB(3, 5) >> 16 & 0xFF)
            .isEqualTo(video.frame(seen.size() - 1).sample(3, 5, 0));
      }
    }
  }

  @Test
  void aSinkOfOnesOwnGetsEveryByte() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    VideoRequest request = TinyVideos.request().build();
    RawVideoSink sink = new RawVideoSink(bytes);
    try (FramePackEngine engine = TinyVideos.open(1);
        VideoResult video = engine.generate(request, GenerationListener.NONE)) {
      video.writeTo(sink);
    }
    assertThat(sink.framesWritten()).isEqualTo(request.outputFrames());
    assertThat(bytes.size()).isEqualTo(request.outputFrames() * 32 * 48 * 3);
  }

  @Test
  void aStepCallbackIsToldOfEveryStepAndCanEndTheJob() {
    VideoRequest request = TinyVideos.request().steps(3).build();
    List<String> lines = new CopyOnWriteArrayList<>();
    try (FramePackEngine engine = TinyVideos.open(1)) {
      engine.generate(request, new StepCallback(Duration.ofHours(1), lines::add)).close();
      assertThat(lines).anyMatch(line -> line.startsWith("section 1 of 1, step 3 of 3"));
      assertThat(lines).anyMatch(line -> line.contains("looks like Rgb8Image[48x32]"));
      assertThatThrownBy(
              () -> engine.generate(request, new StepCallback(Duration.ofHours(-1), lines::add)))
          .isInstanceOf(CancelledException.class);
    }
  }

  @Test
  @Timeout(120)
  void aServiceCancelsTheJobOfAClientThatWentAway() throws IOException, InterruptedException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try (LogCollector log = LogCollector.of("dev.framepack.engine.job", Level.FINE);
        FramePackEngine engine = TinyVideos.open(1);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      server.setExecutor(threads);
      server.createContext("/video", new VideoService(engine, Rgb8Image.read(TinyVideos.IMAGE)));
      server.start();
      connectAndLeave(server.getAddress());
      while (engine.health().runningJob().isPresent()) {
        Thread.sleep(20);
      }
      // The same engine takes the next job.
      engine.generate(TinyVideos.request().build(), GenerationListener.NONE).close();
      assertThat(log.messages()).anyMatch(message -> message.contains(": CANCELLED after "));
    } finally {
      server.stop(0);
    }
  }

  /** Reads the first line of an answer that takes several seconds, and hangs up. */
  private static void connectAndLeave(InetSocketAddress address) throws IOException {
    try (Socket socket = new Socket(address.getAddress(), address.getPort());
        OutputStream out = socket.getOutputStream();
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      out.write(
          "POST /video HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na"
              .getBytes(StandardCharsets.UTF_8));
      out.flush();
      assertThat(in.readLine()).contains("200");
      while (!in.readLine().isEmpty()) {
        continue; // headers
      }
      assertThat(in.readLine()).isNotNull();
    }
  }

  @Test
  void examplesAreShort() throws IOException {
    try (Stream<Path> sources = Files.list(SOURCES)) {
      List<Path> examples = sources.filter(path -> !path.endsWith("ExamplesTest.java")).toList();
      assertThat(examples).hasSize(5);
      for (Path example : examples) {
        assertThat(Files.readAllLines(example)).as("%s", example).hasSizeLessThan(MAX_LINES);
      }
    }
  }
}
