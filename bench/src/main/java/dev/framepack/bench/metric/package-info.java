/**
 * Metrics of finished videos.
 *
 * <p>To measure a video:
 *
 * <pre>{@code
 * try (VideoResult video = engine.generate(request, GenerationListener.NONE)) {
 *   VideoMeasurement measured =
 *       MetricSuite.installed().measure(VideoFrames.of(video), VideoContext.ofScene(scene));
 *   double error = measured.curve("position-error").mean();
 *   double drift = measured.curve("clarity").drift().absolute();
 *   JsonMapper.builder().build().writeValue(file, measured);
 * }
 * }</pre>
 *
 * Without a scene use {@code VideoContext.ofRequest} or {@code NONE}; what then cannot be known is
 * listed as absent. So are the metrics of the paper that need a network which is not here: they
 * have no value, and none of the others claims to be one of them.
 *
 * <p>To add a metric, make it with a factory of {@link dev.framepack.bench.metric.FrameMetric} (or
 * implement it, or {@link dev.framepack.bench.metric.VideoMetric}) and return it from a {@link
 * dev.framepack.bench.metric.MetricProvider}; its drift comes by itself. To add a network, return
 * its metric under the name under which it is now absent.
 *
 * <p>{@code picture}, {@code motion}, {@code feature} and {@code world} hold the mathematics;
 * {@code network} names what is absent.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.metric;
