package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses and tokens by name: kept for one person, used in a known order, and never shown. */
class ContextTest {
    private static final String SECRET = "tok-of-prod";

    @TempDir
    Path home;

    private final PlayedControlPlane plane;
    private final PlayedControlPlane other;

    ContextTest() throws IOException {
        plane = PlayedControlPlane.start();
        other = PlayedControlPlane.start();
    }

    @BeforeEach
    void answer() {
        plane.answers("GET /brake", 200, "{\"on\": false}");
        other.answers("GET /brake", 200, "{\"on\": false}");
    }

    @AfterEach
    void stop() {
        plane.close();
        other.close();
    }

    @Test
    void aKeptTokenIsUsedWhenItsContextIsChosen() throws IOException {
        add("prod", plane);
        assertThat(said("context", "use", "prod").exitCode()).isZero();

        var brake = said("brake", "show");

        assertThat(brake.exitCode()).as(brake.err()).isZero();
        assertThat(plane.asked().getFirst().authorization()).isEqualTo("Bearer " + SECRET);
    }

    @Test
    void theFileIsItsOwnersOnlyAndNothingHalfWrittenIsLeft() throws IOException {
        add("prod", plane);

        assertThat(permissions(file())).isEqualTo("rw-------");
        assertThat(permissions(folder())).isEqualTo("rwx------");
        try (var all = Files.list(folder())) {
            assertThat(all).hasSize(1);
        }
    }

    @Test
    void noCommandShowsAToken() throws IOException {
        Said added = add("prod", plane);
        said("context", "use", "prod");

        for (String command : List.of(
                "context list",
                "context list --json",
                "context show",
                "context show --json",
                "context show prod",
                "context show prod --json",
                "context remove prod")) {
            Said said = said(command.split(" "));
            assertThat(said.exitCode()).as(said.err()).isZero();
            assertThat(said.out() + said.err()).doesNotContain(SECRET);
        }
        assertThat(added.out() + added.err()).doesNotContain(SECRET);
    }

    @Test
    void theyAreListedAndTheChosenOneHasAStar() throws IOException {
        add("prod", plane);
        said("context", "add", "test", "--api", "http://127.0.0.1:9");
        said("context", "use", "test");

        assertThat(said("context", "list").out().lines().map(String::strip))
                .satisfiesExactly(
                        heading -> assertThat(heading).matches("NAME +ADDRESS +TOKEN"),
                        prod -> assertThat(prod).matches("prod +" + plane.address() + " +kept"),
                        test -> assertThat(test).matches("\\* +test +http://127.0.0.1:9 +-"));
    }

    @Test
    void removingTheChosenOneLeavesTheInstanceOnThisMachine() throws IOException {
        add("prod", plane);
        said("context", "use", "prod");

        assertThat(said("context", "remove", "prod").out()).contains("the instance on this machine now");

        assertThat(said("context", "show").out()).contains(Target.LOCAL).contains("token    none");
        assertThat(Files.readString(file())).doesNotContain(SECRET);
    }

    @Test
    void noneIsChosenWithNone() throws IOException {
        add("prod", plane);
        said("context", "use", "prod");

        said("context", "use", "--none");

        assertThat(said("context", "show").out()).contains(Target.LOCAL);
    }

    record Miss(ExitCode code, String command, String says) {}

    static final List<Miss> MISSES = List.of(
            new Miss(ExitCode.NOT_FOUND, "context use pord", "there is no context 'pord'"),
            new Miss(ExitCode.NOT_FOUND, "context remove pord", "there is no context 'pord'"),
            new Miss(ExitCode.NOT_FOUND, "context show pord", "there is no context 'pord'"),
            new Miss(ExitCode.NOT_FOUND, "brake show --context pord", "there is no context 'pord'"),
            new Miss(
                    ExitCode.CONFLICT,
                    "context add prod --api http://127.0.0.1:9",
                    "there is a context 'prod' already"),
            new Miss(ExitCode.USAGE, "context use", "which one?"),
            new Miss(ExitCode.USAGE, "context add a/b --api http://127.0.0.1:9", "'a/b' is no name"),
            new Miss(ExitCode.USAGE, "context add b --api 127.0.0.1", "is no address"),
            new Miss(
                    ExitCode.USAGE,
                    "context add b --api http://127.0.0.1:9 --token-file /nowhere",
                    "the token cannot be read from /nowhere"),
            new Miss(ExitCode.USAGE, "brake show --context prod --api http://127.0.0.1:9", "--api is another"));

    @ParameterizedTest
    @FieldSource("MISSES")
    void whatCannotBeDoneSaysWhyAndChangesNothing(Miss miss) throws IOException {
        add("prod", plane);
        String before = Files.readString(file());

        var said = said(miss.command().split(" "));

        assertThat(said.exitCode()).as(said.err()).isEqualTo(miss.code().number());
        assertThat(said.err()).contains(miss.says());
        assertThat(Files.readString(file())).isEqualTo(before);
        assertThat(plane.asked()).isEmpty();
    }

    @Test
    void oneOfTheSameNameIsReplacedWhenThatIsSaid() throws IOException {
        add("prod", other);

        add("prod", plane, "--replace");

        assertThat(said("brake", "show", "--context", "prod").exitCode()).isZero();
        assertThat(plane.asked()).hasSize(1);
        assertThat(other.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
    void aFileThatOthersMayOpenIsNotUsedAndTheCureIsNamed(String permissions) throws IOException {
        add("prod", plane);
        said("context", "use", "prod");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(permissions));

        var brake = said("brake", "show");
        var added = said("context", "add", "b", "--api", "http://127.0.0.1:9");

        assertThat(brake.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(brake.err()).contains("chmod 600 " + file());
        assertThat(added.err()).contains("chmod 600 " + file());
        assertThat(plane.asked()).isEmpty();
        assertThat(Files.readString(file())).doesNotContain("\"b\"");
    }

    @Test
    void aFolderWhereOthersMayWriteIsNotTrusted() throws IOException {
        add("prod", plane);
        Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("rwxrwx---"));

        var said = said("brake", "show", "--context", "prod");

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err()).contains("chmod 700 " + folder());
    }

    record Fault(String text, String says) {}

    static final List<Fault> FAULTS = List.of(
            new Fault("{\"contexts\": {\"a\": {\"token\": \"tok-of-prod\"", "is not JSON: line 1, column"),
            new Fault("[]", "the whole is to be an object"),
            new Fault("{}", "/contexts is to be an object"),
            new Fault("{\"contexts\": {}, \"current\": \"a\"}", "/current is not known; there are [chosen, contexts]"),
            new Fault("{\"contexts\": {}, \"chosen\": \"a\"}", "/chosen names a context that is not there"),
            new Fault("{\"contexts\": {\"a\": {\"token\": \"tok-of-prod\"}}}", "/contexts/a/api is to be the address"),
            new Fault("{\"contexts\": {\"a\": {\"api\": \"ftp://x\"}}}", "/contexts/a/api is to be the address"),
            new Fault(
                    "{\"contexts\": {\"a\": {\"api\": \"http://x\", \"token\": 7}}}",
                    "/contexts/a/token is to be a text"),
            new Fault(
                    "{\"contexts\": {\"a\": {\"api\": \"http://x\", \"token\": \"tok-of-prod \"}}}",
                    "/contexts/a/token is no token"),
            new Fault("{\"contexts\": {\"a\": {}, \"a\": {}}}", "is not JSON"));

    @ParameterizedTest
    @FieldSource("FAULTS")
    void aFileThatIsWrongIsNamedWithThePlaceAndLeftAsItIs(Fault fault) throws IOException {
        write(fault.text());

        for (Said said : List.of(
                said("context", "list"),
                said("context", "add", "b", "--api", "http://127.0.0.1:9"),
                said("brake", "show"))) {
            assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
            assertThat(said.err()).contains(file() + " ").contains(fault.says()).doesNotContain(SECRET);
        }
        assertThat(Files.readString(file())).isEqualTo(fault.text());
    }

    @Test
    void whoSaysEverythingIsNotHeldUpByAFileThatIsWrong() throws IOException {
        write("{");

        var said = Said.by(environment("MERIDIAN_API", plane.address(), "MERIDIAN_TOKEN", "mine"), "brake", "show");

        assertThat(said.exitCode()).as(said.err()).isZero();
    }

    /** @param environment pairs, in which OTHER is the address of another control plane @param other that one is asked, not the chosen one */
    record Order(String what, List<String> environment, List<String> options, boolean other, String token) {}

    static final List<Order> ORDERS = List.of(
            new Order("the chosen one", List.of(), List.of(), false, SECRET),
            new Order(
                    "the environment before it",
                    List.of("MERIDIAN_API", "OTHER", "MERIDIAN_TOKEN", "env"),
                    List.of(),
                    true,
                    "env"),
            new Order(
                    "a token of the environment for its address",
                    List.of("MERIDIAN_TOKEN", "env"),
                    List.of(),
                    false,
                    "env"),
            new Order(
                    "--context before the environment",
                    List.of("MERIDIAN_API", "OTHER", "MERIDIAN_TOKEN", "env"),
                    List.of("--context", "prod"),
                    false,
                    SECRET),
            new Order("--api before it", List.of("MERIDIAN_TOKEN", "env"), List.of("--api", "OTHER"), true, "env"),
            new Order("the instance last", List.of("MERIDIAN_LOCAL_API", "OTHER"), List.of(), false, SECRET));

    @ParameterizedTest
    @FieldSource("ORDERS")
    void optionsGoBeforeTheEnvironmentAndThatBeforeTheChosenOne(Order order) throws IOException {
        add("prod", plane);
        said("context", "use", "prod");

        var said = Said.by(
                environment(order.environment().stream().map(this::address).toArray(String[]::new)),
                Stream.concat(
                                Stream.of("brake", "show"),
                                order.options().stream().map(this::address))
                        .toArray(String[]::new));

        assertThat(said.exitCode()).as(said.err()).isZero();
        var asked = order.other() ? other : plane;
        assertThat(asked.asked()).hasSize(1);
        assertThat(asked.asked().getFirst().authorization()).isEqualTo("Bearer " + order.token());
    }

    @Test
    void aContextsTokenGoesToNoOtherAddress() throws IOException {
        add("prod", plane);
        said("context", "use", "prod");

        var byOption = said("brake", "show", "--api", other.address());
        var byEnvironment = Said.by(environment("MERIDIAN_API", other.address()), "brake", "show");

        for (Said said : List.of(byOption, byEnvironment)) {
            assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
            assertThat(said.err()).contains("no token: ");
        }
        assertThat(other.asked()).isEmpty();
    }

    @Test
    void theInstancesTokenDoesNotLeaveThisMachine() throws IOException {
        String file = Files.writeString(home.resolve("local"), "tok-local").toString();

        var here = Said.by(
                environment("MERIDIAN_LOCAL_API", plane.address(), "MERIDIAN_LOCAL_TOKEN_FILE", file), "brake", "show");
        var away = Said.by(
                environment("MERIDIAN_API", "http://meridian.invalid", "MERIDIAN_LOCAL_TOKEN_FILE", file),
                "brake",
                "show");

        assertThat(here.exitCode()).as(here.err()).isZero();
        assertThat(plane.asked().getFirst().authorization()).isEqualTo("Bearer tok-local");
        assertThat(away.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(away.err()).contains("no token: ");
    }

    @Test
    void anInstanceThatWasNamedAndAContextAreNotBothMeant() throws IOException {
        add("prod", plane);

        var said = Said.by(environment("MERIDIAN_INSTANCE", "second"), "brake", "show", "--context", "prod");

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err()).contains("the instance 'second'");
        assertThat(plane.asked()).isEmpty();
    }

    @Test
    void aPersonWhoChangesSomethingIsToldWhereWhenTheContextSaysIt() throws IOException {
        add("prod", plane);
        said("context", "use", "prod");
        plane.answers("DELETE /brake", 200, "{\"on\": false}");

        assertThat(Said.by(environment(), true, "brake", "off").err())
                .contains("at " + plane.address() + " (context prod)");
        assertThat(Said.by(environment(), false, "brake", "off").err()).isEmpty();
    }

    @Test
    void whereALinkLeadsIsWhatIsWritten() throws IOException {
        add("prod", plane);
        Path kept = Files.move(
                file(), Files.createDirectory(home.resolve("dotfiles")).resolve("contexts.json"));
        Files.createSymbolicLink(file(), kept);

        said("context", "add", "b", "--api", "http://127.0.0.1:9");

        assertThat(file()).isSymbolicLink();
        assertThat(Files.readString(kept)).contains("\"b\"");
        assertThat(permissions(kept)).isEqualTo("rw-------");
    }

    private String address(String text) {
        return text.equals("OTHER") ? other.address() : text;
    }

    private Said add(String name, PlayedControlPlane to, String... more) throws IOException {
        Path token = Files.writeString(home.resolve("token"), SECRET + "\n");
        return said(Stream.concat(
                        Stream.of("context", "add", name, "--api", to.address(), "--token-file", token.toString()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    private Said said(String... arguments) {
        return Said.by(environment(), arguments);
    }

    private Map<String, String> environment(String... pairs) {
        Map<String, String> environment = new HashMap<>(Map.of("HOME", home.toString()));
        for (int at = 0; at < pairs.length; at += 2) {
            environment.put(pairs[at], pairs[at + 1]);
        }
        return environment;
    }

    private Path folder() {
        return home.resolve(".config/meridian");
    }

    private Path file() {
        return folder().resolve("contexts.json");
    }

    private void write(String text) throws IOException {
        Files.createDirectories(
                folder(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createFile(file(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file(), text);
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
