package dev.framepack.engine;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Who may know whom in this module, and that each rule can fail. */
final class ArchitectureTest {
  private static final String ENGINE = "dev.framepack.engine";
  private static final String CLI = ENGINE + ".cli..";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ENGINE);

  static final ArchRule NO_JCUDA =
      noClasses().should().dependOnClassesThat().resideInAPackage("jcuda..").as("no JCuda");

  static final ArchRule NOTHING_KNOWS_THE_COMMAND_LINE =
      noClasses()
          .that()
          .resideOutsideOfPackage(CLI)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CLI, "picocli..")
          .as("only cli knows cli and picocli");

  static final ArchRule LIBRARY_NEITHER_PRINTS_NOR_EXITS =
      noClasses()
          .that()
          .resideOutsideOfPackage(CLI)
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .orShould()
          .callMethod(System.class, "exit", int.class)
          .as("no printing, no exit outside cli");

  static final ArchRule PROPERTIES_ARE_READ_IN_ONE_PLACE =
      noClasses()
          .that()
          .resideOutsideOfPackage(CLI)
          .and()
          .doNotBelongToAnyOf(Probe.class, EngineProperties.class)
          .and()
          .doNotHaveSimpleName("UnpackFolder") // framepack.native.dir, as kernels
          .should()
          .callMethod(System.class, "getProperty", String.class)
          .orShould()
          .callMethod(System.class, "getProperties")
          .as("one place reads system properties");

  static final ArchRule BACKENDS_ARE_CHOSEN_BY_NAME_ONLY =
      noClasses()
          .that()
          .doNotBelongToAnyOf(BackendKind.class, GpuProbe.class)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.framepack.kernels.cpu..",
              "dev.framepack.kernels.cuda..",
              "dev.framepack.kernels.emulator..")
          .as("only BackendKind knows backends");

  static final ArchRule MODELS_ARE_READ_LIKE_THEIR_PAPERS =
      noClasses()
          .that()
          .resideInAPackage(ENGINE + ".model..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ENGINE + ".pipeline..",
              ENGINE + ".sampler..",
              ENGINE + ".packing..",
              ENGINE + ".history..",
              ENGINE + ".image..",
              ENGINE + ".video..",
              ENGINE + ".text..",
              ENGINE + ".random..",
              ENGINE + ".verify..")
          .as("models know graph and weights only");

  static final ArchRule ROOMS_BELOW_DO_NOT_KNOW_THE_PIPELINE =
      noClasses()
          .that()
          .resideInAnyPackage(
              ENGINE + ".graph..",
              ENGINE + ".sampler..",
              ENGINE + ".packing..",
              ENGINE + ".history..",
              ENGINE + ".timeline..",
              ENGINE + ".random..",
              ENGINE + ".text..",
              ENGINE + ".image..",
              ENGINE + ".video..",
              ENGINE + ".binding..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ENGINE + ".pipeline..", ENGINE + ".model..", ENGINE + ".verify..", ENGINE + ".demo..")
          .as("inner rooms do not know the pipeline");

  static final ArchRule TOKENIZER_LIBRARY_STAYS_IN_TEXT =
      noClasses()
          .that()
          .resideOutsideOfPackage(ENGINE + ".text..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..")
          .as("only text knows the tokenizer library");

  private static final DescribedPredicate<JavaClass> FOREIGN =
      describe(
          "of another library than the JDK",
          type ->
              !type.getBaseComponentType().isPrimitive()
                  && !type.getBaseComponentType().getPackageName().startsWith("java.")
                  && !type.getBaseComponentType().getPackageName().startsWith("dev.framepack"));

  static final ArchRule PUBLIC_API_SHOWS_NO_LIBRARY =
      noCodeUnits()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .resideInAPackage(ENGINE)
          .and()
          .areDeclaredInClassesThat()
          .arePublic()
          .should()
          .haveRawReturnType(FOREIGN)
          .orShould()
          .haveRawParameterTypes(
              describe("of another library", types -> types.stream().anyMatch(FOREIGN)))
          .as("no foreign type in a public signature");

  static List<ArchRule> rules() {
    return List.of(
        NO_JCUDA,
        NOTHING_KNOWS_THE_COMMAND_LINE,
        LIBRARY_NEITHER_PRINTS_NOR_EXITS,
        PROPERTIES_ARE_READ_IN_ONE_PLACE,
        BACKENDS_ARE_CHOSEN_BY_NAME_ONLY,
        MODELS_ARE_READ_LIKE_THEIR_PAPERS,
        ROOMS_BELOW_DO_NOT_KNOW_THE_PIPELINE,
        TOKENIZER_LIBRARY_STAYS_IN_TEXT,
        PUBLIC_API_SHOWS_NO_LIBRARY);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(ArchRule rule) {
    rule.check(CLASSES);
  }

  /** Breaks rules on purpose. */
  @SuppressWarnings("SystemOut")
  public static final class Culprit {
    private Culprit() {}

    public static CommandLine signature() {
      System.out.print(System.getProperty("java.version"));
      try (ReferenceBackend backend = new ReferenceBackend(1)) {
        return new CommandLine(backend);
      }
    }
  }

  @Test
  void aViolationIsSeen() {
    JavaClasses culprit = new ClassFileImporter().importClasses(Culprit.class);
    assertThat(
            List.of(
                NOTHING_KNOWS_THE_COMMAND_LINE,
                LIBRARY_NEITHER_PRINTS_NOR_EXITS,
                PROPERTIES_ARE_READ_IN_ONE_PLACE,
                BACKENDS_ARE_CHOSEN_BY_NAME_ONLY,
                PUBLIC_API_SHOWS_NO_LIBRARY))
        .allSatisfy(rule ->
            assertThat(rule.evaluate(culprit).hasViolation()).as(rule.getDescription()).isTrue());
  }
}
