package io.meridian.router;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class RouterArchitectureTest {
    private static final JavaClasses ROUTER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.meridian.router");

    @Test
    void pureNeedsNoFrameworkIoOrClock() {
        noClasses()
                .that()
                .resideInAnyPackage("io.meridian.router.view", "io.meridian.router.compile")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.grpc..",
                        "io.vertx..",
                        "io.quarkus..",
                        "jakarta..",
                        "java.nio.file..",
                        "java.net..",
                        "org.jboss..")
                .because("equal input must compile to equal bytes in every process: hand in what you need as a value")
                .check(ROUTER);
    }

    @Test
    void onlyTheFeedKnowsTheWire() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.meridian.router.feed")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.meridian.wire..")
                .because("wire messages change with releases: map them in ViewMapper and use the words of `view`")
                .check(ROUTER);
    }

    @Test
    void holdAndAdsDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage("io.meridian.router.hold")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.meridian.router.ads", "io.meridian.router.compile")
                .because("barrier (a) must not wait for barrier (b): Router hands each its own copy of the truth")
                .check(ROUTER);
    }
}
