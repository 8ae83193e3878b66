package dev.framepack.kernels;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may know whom in this module. */
class ArchitectureTest {
  private static final JavaClasses KERNELS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.framepack.kernels");

  @Test
  void kernelsNeedOnlyTheJdkAndJCuda() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.framepack.kernels..",
            "java..",
            "jdk.incubator.vector..",
            "jcuda..",
            "org.jspecify..")
        .check(KERNELS);
  }

  @Test
  void onlyCudaImportsJCuda() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.framepack.kernels.cuda..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jcuda..")
        .check(KERNELS);
  }

  @Test
  void onlyTheVectorBackendImportsTheVectorApi() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.framepack.kernels.cpu.vector..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .check(KERNELS);
  }

  @Test
  void operationsAndTensorsKnowNoBackend() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.framepack.kernels.op..", "dev.framepack.kernels.tensor..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.framepack.kernels..")
                .and(not(resideInAPackage("dev.framepack.kernels.op..")))
                .and(not(resideInAPackage("dev.framepack.kernels.tensor.."))))
        .check(KERNELS);
  }

  @Test
  void tensorsKnowNoOperation() {
    noClasses()
        .that()
        .resideInAPackage("dev.framepack.kernels.tensor..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.framepack.kernels.op..")
        .check(KERNELS);
  }

  @Test
  void backendsDoNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage("dev.framepack.kernels.cpu.vector..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.framepack.kernels.cpu.reference..")
        .check(KERNELS);
    noClasses()
        .that()
        .resideInAPackage("dev.framepack.kernels.cpu.reference..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.framepack.kernels.cpu.vector..")
        .check(KERNELS);
  }

  @Test
  void theLibraryNeitherPrintsNorExits() {
    noClasses()
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .check(KERNELS);
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.framepack.kernels.cuda..")
        .should()
        .callMethod(System.class, "getProperty", String.class)
        .check(KERNELS);
  }
}
