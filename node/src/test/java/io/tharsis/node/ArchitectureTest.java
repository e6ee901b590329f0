package io.tharsis.node;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Random;

/** The floors of docs/architecture.md, and what no floor may touch. */
final class ArchitectureTest {
    private static final String[] ABOVE_ENGINE = {"io.tharsis.node..", "io.tharsis.bench.."};

    private static JavaClasses project;

    @BeforeAll
    static void readProject() {
        project =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.tharsis");
    }

    @Test
    void shouldSeeEveryFloor() {
        for (String name :
                new String[] {
                    "io.tharsis.kernels",
                    "io.tharsis.transport",
                    "io.tharsis.actors",
                    "io.tharsis",
                    "io.tharsis.node"
                }) {
            assertTrue(project.containPackage(name), "no class of " + name + " was read");
        }
        assertTrue(project.contain("io.tharsis.kernels.ir.Lane"));
        assertTrue(project.contain("io.tharsis.DType"));
    }

    @Test
    void shouldKeepKernelsOnTheJdkAlone() {
        classes()
                .that()
                .resideInAPackage("io.tharsis.kernels..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.tharsis.kernels..",
                        "java..",
                        "javax..",
                        "jdk..",
                        "com.sun.management..")
                .check(project);
    }

    @Test
    void shouldKeepTransportOnAeronAndAgronaAlone() {
        classes()
                .that()
                .resideInAPackage("io.tharsis.transport..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.tharsis.transport..",
                        "io.aeron..",
                        "org.agrona..",
                        "io.airlift.compress.v3.xxhash..",
                        "java..",
                        "javax..",
                        "jdk.jfr..",
                        "com.sun.security.auth.module..")
                .check(project);
    }

    @Test
    void shouldKeepActorsOnTransportAndAgronaAlone() {
        classes()
                .that()
                .resideInAPackage("io.tharsis.actors..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.tharsis.actors..",
                        "io.tharsis.transport..",
                        "org.agrona..",
                        "java..",
                        "javax..",
                        "jdk.jfr..")
                .check(project);
    }

    @Test
    void shouldKeepAgronaBelowTheEngine() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.tharsis.actors..", "io.tharsis.transport..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.agrona..")
                .check(project);
    }

    @Test
    void shouldKeepEngineOffNodeAndBenchmarks() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ABOVE_ENGINE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ABOVE_ENGINE)
                .check(project);
    }

    @Test
    void shouldKeepTheCommandLineInNode() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.tharsis.node..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("picocli..", "ch.qos.logback..")
                .check(project);
    }

    @Test
    void shouldKeepAeronInTransport() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.tharsis.transport..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.aeron..")
                .allowEmptyShould(true)
                .check(project);
    }

    @Test
    void shouldNotUseJavaSerialization() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInputStream.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ObjectOutputStream.class)
                .check(project);
    }

    @Test
    void shouldKeepSleepClocksAndChanceOutOfEngineAndKernels() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ABOVE_ENGINE)
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class, int.class)
                .orShould()
                .callMethod(Thread.class, "sleep", Duration.class)
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat(
                        // Keys and nonces have to be of chance.
                        assignableTo(Random.class).and(not(type(SecureRandom.class))))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.SplittableRandom")
                .check(project);
    }
}
