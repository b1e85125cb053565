package io.meridian.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.Timer;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The five rules of the tree. Each message says what to do instead; an exception stands in its rule, with its reason. */
class ArchitectureTest {
    private static JavaClasses production;
    private static String[] purePackages;

    @BeforeAll
    static void readTheTree() throws IOException {
        production = SourceTree.productionClasses();
        purePackages = PurePackages.names().toArray(String[]::new);
    }

    // ---- 1. Pure packages: all replicas must decide alike, and a test of a decision must need no cluster.

    private static final String[] NOT_PURE = {
        "java.io..",
        "java.net..",
        "java.nio.file..",
        "java.nio.channels..",
        "java.sql..",
        "javax..",
        "jakarta..",
        "java.util.concurrent..",
        "java.util.logging..",
        "java.lang.reflect..",
        "io.quarkus..",
        "io.smallrye..",
        "io.grpc..",
        "io.vertx..",
        "io.netty..",
        "io.micrometer..",
        "org.apache..",
        "org.postgresql..",
        "org.jboss..",
        "org.slf4j..",
        "org.eclipse..",
        "com.fasterxml.."
    };

    @Test
    void purePackagesKnowNoFrameworkAndNoIo() {
        noClasses()
                .that(arePure())
                .should()
                .dependOnClassesThat(resideInAnyPackage(NOT_PURE).and(not(inMemory())))
                .because(
                        "a pure package takes values and gives values; let the shell that calls it (raft, feed, rest, ...) do the IO and hand the"
                                + " result in, or take 'Pure' out of its package-info if it is a shell itself")
                .check(production);
    }

    /** Serialising a message into memory is no IO, though its signature speaks of IOException. */
    private static DescribedPredicate<JavaClass> inMemory() {
        Set<String> names = Set.of(
                "IOException", "UncheckedIOException", "ByteArrayOutputStream", "ByteArrayInputStream", "Serializable");
        return describe(
                "work in memory",
                type -> type.getPackageName().equals("java.io") && names.contains(type.getSimpleName()));
    }

    @Test
    void purePackagesKnowNoClockAndNoChance() {
        noClasses()
                .that(arePure())
                .should()
                .callMethodWhere(describe("asks a clock, chance or the process", ArchitectureTest::asksTheWorld))
                .orShould()
                .dependOnClassesThat(equivalentTo(Clock.class)
                        .or(equivalentTo(Random.class))
                        .or(equivalentTo(Timer.class))
                        .or(equivalentTo(Thread.class)))
                .because(
                        "two replicas would decide differently; let time, ids and chance come in with the command or as a parameter")
                .check(production);
    }

    private static boolean asksTheWorld(JavaCall<?> call) {
        String owner = call.getTargetOwner().getName();
        String method = call.getName();
        return switch (owner) {
            case "java.lang.System" ->
                Set.of("currentTimeMillis", "nanoTime", "getenv", "getProperty", "exit")
                        .contains(method);
            case "java.lang.Math" -> method.equals("random");
            case "java.util.UUID" -> method.equals("randomUUID");
            default -> owner.startsWith("java.time.") && method.equals("now");
        };
    }

    private static DescribedPredicate<JavaClass> arePure() {
        // ShardVectors reads a file of its own jar, as fixed as a constant; only tests call it.
        return resideInAnyPackage(purePackages)
                .and(not(nameMatching("io\\.meridian\\.topology\\.ShardVectors(\\$.*)?")))
                .as("are in a pure package");
    }

    // ---- 2. One place turns events into state.

    @Test
    void onlyTheEventApplierMakesANewControlState() {
        noClasses()
                .that(not(resideInAPackage("io.meridian.control.state")
                        .and(describe(
                                "are EventApplier or ControlState",
                                type -> Set.of("EventApplier", "ControlState")
                                        .contains(outermost(type).getSimpleName())))))
                .should()
                .callConstructorWhere(describe(
                        "makes a ControlState",
                        call -> call.getTargetOwner().getName().equals("io.meridian.control.state.ControlState")))
                .because(
                        "what is not an event is not in the log, and replicas would differ; let the decider return an event and the EventApplier"
                                + " apply it (ControlState itself makes the empty one)")
                .allowEmptyShould(true)
                .check(production);
    }

    // ---- 3. Imports go one way.

    record Direction(String from, List<String> to, String why) {
        @Override
        public String toString() {
            return from;
        }
    }

    private static final String AT_THEIR_EDGES =
            "services meet on the wire only, so that each can be built, tested and upgraded alone; say it in a .proto message of wire, or put a type that"
                    + " both need into topology";

    static final List<Direction> DIRECTIONS = List.of(
            new Direction(
                    "topology",
                    List.of(),
                    "everything stands on topology; move what needs more up to the part that needs it"),
            new Direction(
                    "conflict",
                    List.of("topology"),
                    "conflict-resolver is pure and serves the agent; let the caller hand in what it needs as a parameter"),
            new Direction(
                    "wire",
                    List.of("topology"),
                    "wire maps messages to topology's types; mappings to a service's own types belong into that service"),
            new Direction("control", List.of("topology", "wire", "conflict"), AT_THEIR_EDGES),
            new Direction("router", List.of("topology", "wire", "conflict"), AT_THEIR_EDGES),
            new Direction("agent", List.of("topology", "wire", "conflict"), AT_THEIR_EDGES),
            // The one place that imports services: it plays their rules against each other in one thread. Nothing may
            // import it.
            new Direction(
                    "simulation",
                    List.of("topology", "wire", "conflict", "control", "router", "agent"),
                    "it plays the rules of the three services, and needs nothing that talks to a running one"),
            new Direction(
                    "cli",
                    List.of("topology"),
                    "the CLI is a client of the REST API like any other; ask the API, and add to it what is missing"),
            new Direction(
                    "ledger",
                    List.of(),
                    "an application needs no Meridian library, and this one shows it; speak HTTP and SQL"),
            new Direction(
                    "local",
                    List.of("topology"),
                    "it starts the real processes and knows them by files, ports and APIs; import none of their code"),
            new Direction(
                    "drill",
                    List.of("topology", "cli", "local"),
                    "a drill does what an operator could: over the REST API, through the edges, and by the processes and links of local-regions"));

    @ParameterizedTest
    @FieldSource("DIRECTIONS")
    void importsGoOneWay(Direction direction) {
        String[] allowed = Stream.concat(
                        Stream.of("io.meridian." + direction.from() + ".."),
                        direction.to().stream().map(part -> "io.meridian." + part + ".."))
                .toArray(String[]::new);

        noClasses()
                .that(resideInAPackage("io.meridian." + direction.from() + ".."))
                .should()
                .dependOnClassesThat(resideInAPackage("io.meridian..").and(not(resideInAnyPackage(allowed))))
                .because(direction.why())
                .check(production);
    }

    @Test
    void everyPartHasItsDirection() {
        var parts = new TreeSet<String>();
        production.forEach(type -> parts.add(type.getPackageName().split("\\.", 4)[2]));

        assertThat(DIRECTIONS)
                .extracting(Direction::from)
                .as("a new part needs a row in DIRECTIONS")
                .containsAll(
                        parts.stream().filter(part -> !part.equals("bench")).toList());
    }

    // ---- 4. Generated messages stay at the edges.

    @Test
    void generatedMessagesStayInMappers() {
        noClasses()
                .that(not(resideInAnyPackage("io.meridian.wire..", "io.meridian.*.feed..")
                        .or(describe("are mappers or codecs", ArchitectureTest::maps))))
                .should()
                .dependOnClassesThat(resideInAPackage("io.meridian.wire"))
                .because(
                        "a message can be half empty and changes with the protocol; map it to a record of the domain in a ...Mapper or ...Codec, or in the"
                                + " package 'feed', and pass that record on")
                .check(production);
    }

    private static boolean maps(JavaClass type) {
        String name = outermost(type).getSimpleName();
        return name.endsWith("Mapper") || name.endsWith("Codec");
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    // ---- 5. Two types that say the wrong thing.

    @Test
    void nobodyThrowsIllegalArgumentException() {
        noClasses()
                .that(not(resideInAPackage("io.meridian.wire"))) // generated
                .should()
                .callConstructorWhere(describe(
                        "makes an IllegalArgumentException",
                        call -> call.getTargetOwner().isEquivalentTo(IllegalArgumentException.class)))
                .because(
                        "any library throws it, so whoever catches it blames callers for our defects; return a Problem for what a caller did wrong, throw"
                                + " IllegalStateException for a defect")
                .check(production);
    }

    @Test
    void nobodyKnowsJavasZoneId() {
        noClasses()
                // People say when drills are due by the clock on their wall, which is what java.time calls a zone.
                .that(not(nameMatching("io\\.meridian\\.control\\.drilling\\.Timetable")))
                .should()
                .dependOnClassesThat(equivalentTo(java.time.ZoneId.class))
                .because(
                        "a zone is a unit of deployment here, never a time zone; use ZoneOffset.UTC, and io.meridian.topology.ZoneId for zones")
                .check(production);
    }

    // ---- What the rules above rest on.

    @Test
    void everyPackageIsNullMarked() throws IOException {
        var unmarked = new TreeSet<String>();
        for (Path file : SourceTree.filesEndingWith(".java")) {
            Path folder = Path.of(String.valueOf(file.getParent()));
            Path info = folder.resolve("package-info.java");
            if (file.toString().contains("src/main/java")
                    && !(Files.exists(info) && SourceTree.text(info).contains("@NullMarked"))) {
                unmarked.add(SourceTree.root().relativize(folder).toString());
            }
        }

        assertThat(unmarked)
                .as(
                        "NullAway checks marked packages only: add a package-info.java with @NullMarked and what the package is about")
                .isEmpty();
    }

    @Test
    void purePackagesAreThere() {
        Map<String, Long> sizes = new TreeMap<>();
        for (String name : PurePackages.ALWAYS) {
            sizes.put(
                    name,
                    production.stream()
                            .filter(type -> type.getPackageName().equals(name))
                            .count());
        }

        assertThat(sizes)
                .as("a pure package was renamed: PurePackages.ALWAYS has to follow")
                .allSatisfy((_, size) -> assertThat(size).isPositive());
    }

    @Test
    void ruleThatIsBrokenIsSeen() {
        var broken = classes()
                .that(resideInAPackage("io.meridian.cli.."))
                .should()
                .onlyDependOnClassesThat(resideInAPackage("java.lang.."))
                .evaluate(production);

        assertThat(broken.hasViolation())
                .as("the importer sees the dependencies of real classes")
                .isTrue();
    }
}
