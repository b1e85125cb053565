package io.meridian.ledger;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("io.meridian.ledger");

    @Test
    void anApplicationNeedsNoMeridianLibrary() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.meridian..").and(not(resideInAPackage("io.meridian.ledger.."))))
                .because("the ledger shows that HTTP and SQL are all an application needs")
                .check(CLASSES);
    }

    @Test
    void theLoadKnowsTheLedgerFromOutsideOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.meridian.ledger.load..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.meridian.ledger.books..").or(resideInAPackage("io.meridian.ledger.web..")))
                .because("a judge that shares code with the judged shares its faults")
                .check(CLASSES);
    }

    @Test
    void theBooksKnowNoHttp() {
        noClasses()
                .that()
                .resideInAPackage("io.meridian.ledger.books..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.vertx..").or(resideInAPackage("io.meridian.ledger.web..")))
                .because("what the database's answers mean is read in one place, without HTTP")
                .check(CLASSES);
    }
}
