package dev.framepack.weights;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The module is a leaf: the JDK and Jackson, nothing else. */
class ModuleBoundaryTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.framepack.weights");

  @Test
  void dependsOnTheJdkAndJacksonOnly() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.framepack.weights..", "java..", "tools.jackson..", "org.jspecify..")
        .check(MODULE);
  }

  @Test
  void theJsonLibraryDoesNotShowInPublicSignatures() {
    noClasses()
        .that()
        .arePublic()
        .and()
        .haveSimpleNameNotEndingWith("Writer")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("tools.jackson..")
        .check(MODULE);
  }

  @Test
  void configurationsDoNotReachIntoFileFormats() {
    noClasses()
        .that()
        .resideInAPackage("dev.framepack.weights.config")
        .should()
        .dependOnClassesThat()
        .haveSimpleNameStartingWith("Safetensors")
        .check(MODULE);
  }

  @Test
  void theLibraryNeitherPrintsNorExits() {
    noClasses().should().accessField(System.class, "out").check(MODULE);
    noClasses().should().accessField(System.class, "err").check(MODULE);
    noClasses().should().callMethod(System.class, "exit", int.class).check(MODULE);
    noClasses().should().callMethod(System.class, "getProperty", String.class).check(MODULE);
  }
}
