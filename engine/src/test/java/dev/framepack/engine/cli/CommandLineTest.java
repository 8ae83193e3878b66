package dev.framepack.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.TinyVideos;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.weights.SafetensorsWriter;
import dev.framepack.weights.WeightTensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program as its user sees it: exit code, one line on stderr, what lies in the folder. */
final class CommandLineTest {
  @TempDir Path folder;
  private Path outputs = Path.of("");

  private static ProgramRun run(List<String> args) {
    return ProgramRun.of(args);
  }

  private static ProgramRun run(String... args) {
    return ProgramRun.of(args);
  }

  @BeforeEach
  void makeFolder() throws IOException {
    outputs = Files.createDirectory(folder.resolve("outputs"));
  }

  private List<String> generate(String... changes) {
    return SmallVideo.generate(outputs, changes);
  }

  private void assertRefused(ProgramRun run, int code, String... parts) throws IOException {
    run.assertRefused(code, parts);
    assertThat(files(outputs)).as("nothing is written").isEmpty();
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --sampling=up       | SAMPLING: sampling must be one of inverted, f1, vanilla, endpoint, planned, found up
          --packing=f1k1_g9_z | PACKING_NOTATION: packing f1k1_g9_z, character 9: expected f, g, x, td, ta or tc, found 'z'
          --packing=f1k1_g9   | packing f1k1_g9 generates 9 frames, the latent window is 1
          --order=up          | SECTION_ORDER: order must be one of forward, inverted, endpoint, planned
          --order=1,0         | order 1,0 must name each of the sections 0 to 0 once
          --gaps=wide         | SECTION_GAPS: gaps must be released, true or windows such as 3,2,1,0, found wide
          --step-cache=up     | STEP_CACHE: step cache must be none, teacache, magcache or fbcache, found up
          --prompt=0:a;;;9:b  | prompt, character 7: section 9 is out of range, the video has sections 0 to 0
          --prompt=0:a;;;2-1:b | prompt, character 7: expected a rising range such as 1-3, found 2-1
          --section-image=x   | SECTION_IMAGES: section images, character 1: expected SECTION:FILE
          --history=noise:2   | HISTORY_POLICY: history noise: expected 0 to 1, found 2.0
          --history=fog       | HISTORY_POLICY: history must be clean, codebook or of
          --history=noise:.1+augment:.2 | history noise and augment decide the noise of history, give one
          --history=cfg-noise:.1,.5 | history cfg-noise gives a second pass its own level, there is none
          """)
  void aBadSamplingIsOneLine(String option, String message) throws IOException {
    assertRefused(run(generate(option)), 2, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --steps=0           | steps must be 1 to 100, found 0
          --steps=many        | 'many'
          --seconds=NaN       | seconds must be 0.1 to 120, found NaN
          --seconds=121       | seconds must be 0.1 to 120, found 121
          --frames=5          | frames belong to profile diffusers
          --profile=diffusers | seconds belong to profile framepack
          --profile=comfy     | --profile must be one of framepack, diffusers, found comfy
          --sampler=ddim      | --sampler must be one of unipc-bh1, unipc-bh2, euler, diffusion-forcing, rolling-diffusion, found ddim
          --device-memory=6,apples | --device-memory must be a size such as 6GB, 6GiB or 6000MB, found 6,apples
          --precision=half    | --precision must be one of auto, float32, bfloat16, float16, found half
          --backend=vulkan    | --backend must be one of auto, cuda, cuda+cublaslt, cuda+cublas, cuda-emulated, cpu, cpu-reference, found vulkan
          --seed=18446744073709551616 | --seed must be a whole number of 64 bits
          --seed=dice         | --seed must be a whole number of 64 bits, found dice
          --guidance=33       | guidance scale must be 0 to 32, found 33
          --guidance=Infinity | guidance scale must be 0 to 32, found Infinity
          --cfg=-1            | cfg scale must be 0 to 32, found -1
          --width=17          | width must be a multiple of 16 from 16 to 8192, found 17
          --width=            | width and height must be given together
          --latent-window=34  | latent window must be 1 to 33, found 34
          --crf=-1            | crf must be 0 to 51, found -1
          --crf=52            | crf must be 0 to 51, found 52
          --fps=0             | fps must be 1 to 240, found 0
          --threads=0         | threads must be 1 to 1024, found 0
          --teacache=NaN      | teacache threshold must be
          --prompt=           | --prompt is missing
          --image=            | the start image is missing
          --model=            | --model is missing
          --output=           | --output is missing
          """)
  void aBadRequestIsOneLine(String change, String part) throws IOException {
    assertRefused(run(generate(change)), Failures.BAD_REQUEST, "REQUEST_INVALID", part);
  }

  @Test
  void aStepCacheTellsWhatItLeftOut() throws IOException {
    ProgramRun run = run(generate("--step-cache=fbcache:10", "--steps=3"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("step cache fbcache:10: 2 of 3 passes left out");
    ProgramRun calibration =
        run(
            generate(
                "--step-cache=magcache:calibrate",
                "--steps=3",
                "--output=" + outputs.resolve("calibrated.y4m")));
    assertThat(calibration.err()).containsPattern("magcache:0.1,2,0.25@1.00000/[0-9./]+");
  }

  @Test
  void oneFrameIsOnePicture() throws IOException {
    Path picture = outputs.resolve("frame.png");
    ProgramRun run = run(generate("--one-frame=no_2x,no_4x,target_index=3", "--output=" + picture));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(Rgb8Image.read(picture).width()).isEqualTo(48);
    assertThat(run(generate("--output=" + outputs.resolve("video.png"))).err())
        .contains("a .png output holds one frame");
  }

  @Test
  void severalFaultsAreToldAtOnce() throws IOException {
    assertRefused(
        run(generate("--steps=0", "--crf=52", "--prompt=", "--model=")),
        Failures.BAD_REQUEST,
        "steps",
        "crf",
        "--prompt",
        "--model");
  }

  @Test
  void anEndImageNeedsInvertedSampling() throws IOException {
    assertRefused(
        run(generate("--last-image=" + TinyVideos.IMAGE, "--sampling=f1")),
        Failures.BAD_REQUEST,
        "an end image needs the last section made first",
        "found sampling f1");
  }

  @Test
  void unknownOptionsNameTheNearest() throws IOException {
    assertRefused(
        run(generate("--stepz")),
        Failures.BAD_REQUEST,
        "REQUEST_UNKNOWN_OPTION: --stepz",
        "did you mean --steps?");
    assertRefused(
        run("generat"), Failures.BAD_REQUEST, "REQUEST_UNKNOWN_OPTION", "generat", "generate");
  }

  @Test
  void badImagesAreRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.png"), "not a picture");
    Path cut = folder.resolve("cut.png");
    byte[] whole = Files.readAllBytes(TinyVideos.IMAGE);
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    int code = Failures.BAD_REQUEST;
    assertRefused(run(generate("--image=" + text)), code, "IMAGE_FORMAT", "text.png");
    assertRefused(run(generate("--image=" + cut)), code, "IMAGE_DECODE", "cut.png");
    assertRefused(run(generate("--image=" + folder)), code, "IMAGE_");
    assertRefused(run(generate("--image=nowhere.png")), code, "IMAGE_", "nowhere.png");
    assertRefused(run(generate("--image=http://a.example/b.png")), code, "IMAGE_");
    assertRefused(run(generate("--last-image=" + text)), code, "IMAGE_FORMAT");
  }

  @Test
  void badModelsAreRefused() throws IOException {
    int code = Failures.BAD_MODEL;
    assertRefused(run(generate("--model=nowhere")), code, "MODEL_", "nowhere");
    assertRefused(run(generate("--model=" + outputs)), code, "MODEL_PART_MISSING");
    Path transformer = Files.createDirectory(folder.resolve("transformer"));
    String option = "--transformer=" + transformer;
    assertRefused(run(generate(option)), code, "MODEL_PART_MISSING", "transformer/config.json");
    Files.writeString(transformer.resolve("config.json"), "{}");
    assertRefused(run(generate(option)), code, "CONFIG_", "config.json");
    Path original = TinyVideos.CHECKPOINT.resolve("transformer");
    Files.copy(
        original.resolve("config.json"),
        transformer.resolve("config.json"),
        StandardCopyOption.REPLACE_EXISTING);
    assertRefused(run(generate(option)), code, "transformer");
    String weights = "diffusion_pytorch_model.safetensors";
    Files.writeString(transformer.resolve(weights), "version https://git-lfs.github.com/spec/v1");
    assertRefused(run(generate(option)), code, "ST_NOT_SAFETENSORS", "git-lfs");
    byte[] whole = Files.readAllBytes(original.resolve(weights));
    Files.write(transformer.resolve(weights), Arrays.copyOf(whole, whole.length - 1));
    assertRefused(run(generate(option)), code, "ST_FILE_LENGTH");
    Files.copy(
        TinyVideos.CHECKPOINT.resolve("vae").resolve(weights),
        transformer.resolve(weights),
        StandardCopyOption.REPLACE_EXISTING);
    assertRefused(run(generate(option)), code, "MODEL_TENSOR_");
  }

  @Test
  void badOutputsAreRefused() throws IOException {
    int code = Failures.OUTPUT;
    assertRefused(
        run(generate("--output=" + outputs + "/no/v.y4m")), code, "OUTPUT_DIRECTORY_MISSING");
    assertRefused(run(generate("--output=" + outputs + "/v.avi")), code, "OUTPUT_FORMAT");
    String longName = "x".repeat(256);
    assertRefused(
        run(generate("--output=" + outputs + "/" + longName + ".y4m")),
        code,
        "OUTPUT_NAME_TOO_LONG");
    Path directory = Files.createDirectory(folder.resolve("taken.y4m"));
    assertRefused(run(generate("--output=" + directory)), code, "OUTPUT_IS_DIRECTORY");
    Path file = Files.writeString(folder.resolve("mine.y4m"), "mine");
    assertRefused(run(generate("--output=" + file)), code, "OUTPUT_EXISTS", "--overwrite");
    assertThat(file).hasContent("mine");
    assertThat(files(folder)).containsExactly("mine.y4m", "outputs", "taken.y4m");
  }

  /** Nobody can create a file there, the super-user included. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aReadOnlyFolderIsRefused() throws IOException {
    assertRefused(run(generate("--output=/proc/v.y4m")), Failures.OUTPUT, "OUTPUT_NOT_WRITABLE");
  }

  @Test
  void aGoodRequestRightAfterABadOneWorks() throws IOException {
    assertRefused(run(generate("--steps=0")), Failures.BAD_REQUEST, "steps");
    ProgramRun good = run(generate());
    assertThat(good.code()).as(good.err()).isZero();
    assertThat(files(outputs)).containsExactly("video.y4m", "video.y4m.json");
    assertThat(Files.readString(outputs.resolve("video.y4m.json")))
        .contains("\"prompts\" : \"a red circle\"", "\"seed\" : 31337", "\"version\"")
        .contains("transformer/diffusion_pytorch_model.safetensors", "\"profile\" : \"framepack\"");
    assertThat(good.err()).contains("section 1/1", "step 1/1").doesNotContain("\r");

    ProgramRun again = run(generate());
    assertThat(again.code()).isEqualTo(Failures.OUTPUT);
    ProgramRun over = run(generate("--overwrite", "--seed=1"));
    assertThat(over.code()).as(over.err()).isZero();
    assertThat(Files.readString(outputs.resolve("video.y4m.json"))).contains("\"seed\" : 1,");
  }

  @ParameterizedTest
  @ValueSource(strings = {"video.mp4", "frames"})
  void everyKindOfOutputIsWritten(String name) throws IOException {
    Path previews = folder.resolve("previews");
    ProgramRun run = run(generate("--output=" + outputs.resolve(name), "--preview=" + previews));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(files(outputs)).containsExactly(name, name + ".json");
    assertThat(files(previews)).hasSize(1);
  }

  @Test
  void aStackTraceComesOnlyWhenAsked() {
    ProgramRun run = run(generate("--model=nowhere", "--stacktrace"));
    assertThat(run.err()).contains("\tat dev.framepack.");
    assertThat(run(generate("--steps=x", "--stacktrace")).err()).contains("\tat ");
  }

  @Test
  void helpAndVersionAreNoFailures() {
    for (String command : List.of("generate", "demo", "inspect", "verify", "noise", "probe")) {
      ProgramRun help = run(command, "--help");
      assertThat(help.code()).isZero();
      assertThat(help.out()).contains("Usage: framepack " + command);
      assertThat(help.err()).isEmpty();
    }
    assertThat(run("--version").out()).startsWith("framepack ");
    assertThat(run("--help").out()).contains("generate", "130 cancelled");
    assertThat(run().code()).isEqualTo(Failures.BAD_REQUEST);
  }

  @Command(name = "greedy")
  static final class Greedy implements Runnable {
    @Override
    public void run() {
      throw new OutOfMemoryError("Java heap space");
    }
  }

  @Test
  void runningOutOfMemoryIsOneLineToo() throws IOException {
    StringWriter err = new StringWriter();
    CommandLine greedy = new CommandLine(new Greedy()).setErr(new PrintWriter(err));
    int code = Main.execute(greedy);
    assertRefused(new ProgramRun(code, "", err.toString()), Failures.OUT_OF_MEMORY, "HOST_MEMORY");
  }

  @Test
  void loraFilesAreArguments() throws IOException {
    Path lora = folder.resolve("a:b.safetensors");
    String key = "transformer.transformer_blocks.0.attn.to_q.lora_";
    SafetensorsWriter.write(
        lora,
        List.of(
            WeightTensor.ofFloats(key + "A.weight", new long[] {1, 32}, new float[32]),
            WeightTensor.ofFloats(key + "B.weight", new long[] {32, 1}, new float[32])),
        Map.of());
    assertRefused(run(generate("--lora=" + lora + ":11")), Failures.BAD_REQUEST, "found 11.0");
    assertRefused(run(generate("--lora=nowhere")), Failures.BAD_MODEL, "LORA_FILE_MISSING");
    ProgramRun good = run(generate("--lora=" + lora + ":0.5"));
    assertThat(good.code()).as(good.err()).isZero();
    assertThat(Files.readString(outputs.resolve("video.y4m.json")))
        .contains("\"file\" : \"a:b.safetensors\"", "\"strength\" : 0.5");
  }
}
