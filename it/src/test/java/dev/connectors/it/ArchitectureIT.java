package dev.connectors.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The boundaries between the modules, and between what is public and what is not. */
class ArchitectureIT {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(
              "dev.connectors.core",
              "dev.connectors.kafka",
              "dev.connectors.elasticsearch",
              "dev.connectors.csv",
              "dev.connectors.file",
              "dev.connectors.jms",
              "dev.connectors.s3",
              "dev.connectors.pubsub",
              "dev.connectors.testkit");

  @ParameterizedTest
  @ValueSource(strings = {"kafka", "elasticsearch", "csv", "file", "jms", "s3", "pubsub"})
  void connector_dependsOnCoreAndItsClient_onNoOtherConnector(String connector) {
    noClasses()
        .that()
        .resideInAPackage("dev.connectors." + connector + "..")
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAPackage("dev.connectors..")
                .and(
                    JavaClass.Predicates.resideOutsideOfPackages(
                        "dev.connectors.core..", "dev.connectors." + connector + "..")))
        .check(CLASSES);
  }

  @Test
  void core_dependsOnPekkoAlone() {
    classes()
        .that()
        .resideInAPackage("dev.connectors.core..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.connectors.core..",
            "java..",
            "org.apache.pekko..",
            "com.typesafe.config..",
            "org.jspecify.annotations..",
            "scala..") // what Pekko's own classes bring into ours when they are extended
        .check(CLASSES);
  }

  @Test
  void publicSignatures_nameNoInternalAndNoScalaType() {
    classes()
        .that()
        .resideOutsideOfPackage("..internal..")
        .and()
        .haveModifier(JavaModifier.PUBLIC)
        .should(nameOnlyPublicTypes())
        .check(CLASSES);
  }

  @Test
  void packages_areNullMarked() {
    classes()
        .that()
        .haveSimpleName("package-info")
        .should()
        .beAnnotatedWith(NullMarked.class)
        .check(CLASSES);
  }

  private static ArchCondition<JavaClass> nameOnlyPublicTypes() {
    return new ArchCondition<>("name only public types, and none of Scala") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (JavaField field : type.getFields()) {
          if (isVisible(field.getModifiers())) {
            report(field.getFullName(), field.getAllInvolvedRawTypes(), events);
          }
        }
        for (JavaCodeUnit unit : type.getCodeUnits()) {
          if (isVisible(unit.getModifiers())) {
            report(unit.getFullName(), unit.getReturnType().getAllInvolvedRawTypes(), events);
            unit.getParameterTypes()
                .forEach(
                    parameter ->
                        report(unit.getFullName(), parameter.getAllInvolvedRawTypes(), events));
          }
        }
      }

      private boolean isVisible(Collection<JavaModifier> modifiers) {
        return !modifiers.contains(JavaModifier.SYNTHETIC)
            && (modifiers.contains(JavaModifier.PUBLIC)
                || modifiers.contains(JavaModifier.PROTECTED));
      }

      private void report(String where, Collection<JavaClass> named, ConditionEvents events) {
        for (JavaClass type : named) {
          if (isHidden(type.getBaseComponentType().getPackageName())) {
            events.add(SimpleConditionEvent.violated(type, where + " names " + type.getFullName()));
          }
        }
      }

      private boolean isHidden(String packageName) {
        List<String> parts = List.of(packageName.split("\\."));
        return parts.get(0).equals("scala")
            || (packageName.startsWith("dev.connectors.") && parts.contains("internal"))
            || packageName.startsWith("org.apache.pekko.stream.scaladsl");
      }
    };
  }
}
