package org.ordeal.runner;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The walls of the house: which package may import which. */
class WallsTest {

  private static final String[] REFERENCE_BROKER = {
    "org.ordeal.remoting..",
    "org.ordeal.nameserver..",
    "org.ordeal.broker..",
    "org.ordeal.store..",
    "org.ordeal.replication.."
  };

  private final JavaClasses harness =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.ordeal");

  @Test
  void shouldImportOneWayOnly() {
    assertThat(harness).isNotEmpty();
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("org.ordeal..")
        .layer("history")
        .definedBy("org.ordeal.history..")
        .optionalLayer("checks")
        .definedBy("org.ordeal.checks..")
        .optionalLayer("workloads")
        .definedBy("org.ordeal.workloads..")
        .optionalLayer("faults")
        .definedBy("org.ordeal.faults..")
        .optionalLayer("reports")
        .definedBy("org.ordeal.reports..")
        .layer("runner")
        .definedBy("org.ordeal.runner..")
        .whereLayer("history")
        .mayNotAccessAnyLayer()
        .whereLayer("checks")
        .mayOnlyAccessLayers("history")
        .whereLayer("workloads")
        .mayOnlyAccessLayers("history", "checks")
        .whereLayer("faults")
        .mayNotAccessAnyLayer()
        .whereLayer("reports")
        .mayOnlyAccessLayers("history")
        .whereLayer("runner")
        .mayNotBeAccessedByAnyLayer()
        .check(harness);
  }

  @Test
  void shouldStartTheReferenceBrokerAsAProcessOnly() {
    noClasses().should().dependOnClassesThat().resideInAnyPackage(REFERENCE_BROKER).check(harness);
  }

  @Test
  void shouldKeepTheHarnessOutOfTheReferenceBroker() {
    Path built = Path.of("../../reference-broker/target/classes").toAbsolutePath().normalize();
    Assumptions.assumeTrue(
        Files.isDirectory(built), "the reference broker is not compiled at " + built);
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackages(
            "org.ordeal.history..",
            "org.ordeal.checks..",
            "org.ordeal.workloads..",
            "org.ordeal.faults..",
            "org.ordeal.reports..",
            "org.ordeal.runner..")
        .allowEmptyShould(true)
        .check(new ClassFileImporter().importPath(built));
  }

  @Test
  void shouldKeepNoStaticMutableState() {
    fields()
        .that()
        .areStatic()
        .and()
        .doNotHaveModifier(com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC)
        .should()
        .beFinal()
        .check(harness);
  }

  @Test
  void shouldHaveNoRoomForOddments() {
    noClasses()
        .should()
        .resideInAnyPackage("..utils..", "..util..", "..common..", "..manager..", "..impl..")
        .check(harness);
  }
}
