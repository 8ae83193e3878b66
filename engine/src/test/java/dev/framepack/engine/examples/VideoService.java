package dev.framepack.engine.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.GenerationJob;
import dev.framepack.engine.JobOptions;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.image.Rgb8Image;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * A service as a servlet would be: the prompt comes in, lines of progress go out, then the size of
 * the video. A client that goes away is noticed at the next line, and its job is cancelled.
 */
public final class VideoService implements HttpHandler {
  private static final Duration BETWEEN_LINES = Duration.ofMillis(50);

  private final FramePackEngine engine;
  private final Rgb8Image image;

  public VideoService(FramePackEngine engine, Rgb8Image image) {
    this.engine = engine;
    this.image = image;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String prompt = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    VideoRequest request =
        VideoRequest.builder().image(image).prompt(prompt).size(32, 32).seconds(20).build();
    exchange.sendResponseHeaders(200, 0);
    GenerationJob job = engine.submit(request, JobOptions.defaults());
    try (OutputStream out = exchange.getResponseBody()) {
      Optional<VideoResult> video = job.await(BETWEEN_LINES);
      while (video.isEmpty()) {
        out.write((job.progress().phase() + "\n").getBytes(UTF_8));
        out.flush(); // fails when the client has gone
        video = job.await(BETWEEN_LINES);
      }
      try (VideoResult done = video.get()) {
        out.write((done.frameCount() + " frames\n").getBytes(UTF_8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the service is going down");
    } finally {
      job.cancel(); // does nothing to a job that has ended
    }
  }
}
