package dev.framepack.engine.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.Profile;
import dev.framepack.engine.SamplerKind;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.image.PngEncoder;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.json.Json;
import dev.framepack.engine.json.JsonObject;
import dev.framepack.engine.packing.GapRule;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.packing.SectionOrder;
import dev.framepack.engine.sampler.cache.StepCache;
import dev.framepack.engine.timeline.ClipExtension;
import dev.framepack.engine.timeline.OneFrame;
import dev.framepack.engine.timeline.PromptSchedule;
import dev.framepack.engine.timeline.SectionImage;
import dev.framepack.engine.timeline.SectionImages;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests as JSON and back. */
final class RequestJsonTest {
  private static final Rgb8Image START = Rgb8Image.of(2, 1, new byte[] {1, 2, 3, 4, 5, 6});
  private static final Rgb8Image END = Rgb8Image.of(1, 1, new byte[] {7, 8, 9});

  @TempDir Path folder;

  @BeforeEach
  void writePictures() throws IOException {
    Files.write(folder.resolve("start.png"), PngEncoder.encode(START));
    Files.write(folder.resolve("end.png"), PngEncoder.encode(END));
  }

  private static VideoRequest.Builder builder() {
    return VideoRequest.builder().image(START).prompt("x");
  }

  static Stream<VideoRequest> requests() {
    return Stream.of(
        builder().build(),
        builder()
            .lastImage(END)
            .prompt("caf\u00E9 \uD83D\uDE00 \"quoted\"\n")
            .negativePrompt("")
            .seconds(1.1)
            .steps(7)
            .seed(Long.MIN_VALUE)
            .guidanceScale(0.1)
            .trueCfgScale(1.7)
            .guidanceRescale(0.3)
            .shift(3.25)
            .sampler(SamplerKind.UNIPC_BH2)
            .latentWindow(5)
            .teaCache(0.15)
            .size(32, 48)
            .vaeTiling(true)
            .sampling(Sampling.INVERTED.withGaps(GapRule.parse("true")).withInitialisedKernels())
            .history(HistoryPolicy.parse("noise:0.1+renorm:0.5"))
            .build(),
        builder()
            .profile(Profile.DIFFUSERS)
            .frames(99)
            .seed(-1)
            .sampling(Sampling.F1.withOrder(SectionOrder.parse("0,1,2")))
            .build(),
        builder()
            .sampling(Sampling.of(PackingNotation.parse("td_f16k4f2k2f1k1_g4")))
            .sampler(SamplerKind.DIFFUSION_FORCING)
            .uncertainty(2.5)
            .build(),
        builder()
            .prompts("0:walks;;;1-3:runs", 2)
            .sectionImages(new SectionImages(List.of(new SectionImage(1, 2, END))))
            .stepCache(StepCache.parse("magcache:0.1,2,0.25@1/1.3/1.2"))
            .build(),
        builder().prompts(PromptSchedule.of("0:looks;;;like a schedule")).build(),
        builder()
            .oneFrame(OneFrame.parse("target_index=5,control_index=0;9,no_2x", List.of(START, END)))
            .build(),
        VideoRequest.builder()
            .prompt("x")
            .latentWindow(1)
            .seconds(0.3)
            .extension(new ClipExtension(List.of(START, START, START, START, START), true))
            .build());
  }

  private JsonObject parse(String text) {
    return JsonObject.parse(
        text.getBytes(StandardCharsets.UTF_8),
        fault -> new InvalidRequestException("TEST", fault, "", null));
  }

  private ImageSource pictures() {
    return ImageSource.in(
        List.of(folder), fault -> new InvalidRequestException("TEST", fault, "", null));
  }

  private static String written(VideoRequest request) {
    return Json.oneLine(
        RequestJson.write(
            request, image -> Optional.of(image.equals(START) ? "start.png" : "end.png")));
  }

  /** A component that is added to the record without a field fails here. */
  @Test
  void everyComponentOfARequestHasItsField() {
    assertThat(RequestJson.names())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(VideoRequest.class.getRecordComponents())
                .map(RecordComponent::getName)
                .toList());
  }

  @ParameterizedTest
  @MethodSource("requests")
  void whatIsReadEqualsWhatWasWritten(VideoRequest request) {
    String text = written(request);
    VideoRequest read = RequestJson.readComplete(parse(text), pictures());
    assertThat(read).isEqualTo(request);
    assertThat(written(read)).isEqualTo(text);
    assertThat(text).matches("\\p{ASCII}*").doesNotContain("\n");
  }

  /** Each component of the second request differs from its default, and so do the texts. */
  @Test
  void allDefaultsAreWrittenOut() {
    Map<String, Object> plain = parse(written(builder().build())).toMap();
    assertThat(plain).containsKeys(RequestJson.names().toArray(String[]::new));
    assertThat(plain).containsEntry("seed", 31337).containsEntry("steps", 25);
    assertThat(plain).containsEntry("negativePrompt", null).containsEntry("width", null);
    for (String name : RequestJson.names()) {
      assertThat(requests().map(request -> parse(written(request)).toMap().get(name)).distinct())
          .as("values of %s in this test", name)
          .hasSizeGreaterThan(1);
    }
  }

  @Test
  void aPersonMayLeaveOutWhatHasADefault() {
    VideoRequest read =
        RequestJson.read(
                parse("{\"image\": \"start.png\", \"prompts\": \"x\", \"sampling\": \"f1\"}"),
                pictures())
            .build();
    assertThat(read).isEqualTo(builder().sampling(Sampling.F1).build());
    VideoRequest packed =
        RequestJson.read(
                parse(
                    "{\"image\": \"start.png\", \"prompts\": \"x\","
                        + " \"sampling\": {\"packing\": \"td_f16k4f2k2f1k1_g4\"}}"),
                pictures())
            .build();
    assertThat(packed.sampling())
        .isEqualTo(Sampling.of(PackingNotation.parse("td_f16k4f2k2f1k1_g4")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"stepz": 3}                | stepz: expected one of image, lastImage, extension
          {"steps": "3"}              | steps: expected a whole number of 32 bits, found "3"
          {"steps": 3.5}              | steps: expected a whole number of 32 bits, found 3.5
          {"steps": 3000000000}       | steps: expected a whole number of 32 bits, found 3000000000
          {"seed": 9223372036854775808} | seed: expected a whole number of 64 bits
          {"prompts": 1}              | prompts: expected text, found 1
          {"prompts": {}}             | prompts.text: the field is missing
          {"prompts": {"text": "x", "blend": 1}} | prompts.blend: expected one of text, plain
          {"stepCache": "fog"}        | STEP_CACHE
          {"sectionImages": [{"last": 1}]} | sectionImages[0].first: expected a whole number
          {"sectionImages": [1]}      | sectionImages[0]: expected an object, found 1
          {"vaeTiling": "yes"}        | vaeTiling: expected true or false
          {"sampler": "ddim"}         | sampler: expected one of unipc-bh1
          {"profile": "comfy"}        | profile: expected one of framepack, diffusers, found comfy
          {"sampling": "up"}          | sampling must be one of inverted
          {"sampling": {"orders": 1}} | sampling.orders: expected one of id, packing
          {"sampling": {"adaptsWindow": true}} | sampling.id: the field is missing
          {"history": "fog"}          | history must be clean
          {"image": "none.png"}       | image: found no file none.png
          {"image": {"sha256": "00", "file": "start.png"}} | expected the picture with SHA-256 00
          {"image": {"path": "start.png"}} | image.path: expected one of
          {"steps": 3, "steps": 4}    | expected a JSON object, found: Duplicate
          {"steps": 3} {}             | expected a JSON object, found: Trailing token
          [1]                         | expected a JSON object
          {"steps": 3                 | expected a JSON object
          """)
  void whatIsNoRequestIsRefusedByItsField(String text, String fault) {
    assertThatThrownBy(() -> RequestJson.read(parse(text), pictures()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(fault);
  }

  @Test
  void limitsHoldHereToo() {
    String text = written(builder().build()).replace("\"steps\":25", "\"steps\":101");
    assertThatThrownBy(() -> RequestJson.readComplete(parse(text), pictures()))
        .hasMessageContaining("steps must be 1 to 100, found 101");
    assertThatThrownBy(
            () -> RequestJson.readComplete(parse(text).without(List.of("steps")), pictures()))
        .hasMessageContaining("steps: the field is missing");
  }
}
