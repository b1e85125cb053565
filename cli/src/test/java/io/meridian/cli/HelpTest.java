package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import picocli.CommandLine;

class HelpTest {
    static final List<String> COMMANDS = List.of(
            "",
            "shards",
            "where",
            "zones",
            "move",
            "rebalance",
            "evacuate",
            "failover",
            "failover advice",
            "failover acknowledge",
            "orphans",
            "orphans show",
            "orphans revise",
            "orphans revisions",
            "shift",
            "pop-out",
            "pop-in",
            "reverse",
            "runs",
            "runs history",
            "runs cancel",
            "certificate",
            "certificate get",
            "certificate keys",
            "certificate verify",
            "runs pause",
            "runs resume",
            "runs retry",
            "runs force",
            "brake",
            "brake on",
            "brake off",
            "brake show",
            "verify",
            "repair",
            "repairs",
            "topology",
            "topology show",
            "topology apply",
            "topology history",
            "topology diff",
            "topology rollback",
            "regions",
            "lag",
            "parked",
            "parked show",
            "parked skip",
            "parked retry",
            "envoys",
            "seed",
            "seedings",
            "seedings show",
            "seedings pause",
            "seedings resume",
            "seedings cancel",
            "seedings retry",
            "region",
            "region begin-anew",
            "region bootstrap",
            "envoys barrier",
            "voters",
            "voters add",
            "voters remove",
            "voters replace",
            "voters lead",
            "voters raise-logic",
            "backup",
            "restore",
            "approvals",
            "approvals list",
            "approvals show",
            "approvals approve",
            "approvals reject",
            "pins",
            "pins list",
            "pins show",
            "pins add",
            "pins remove",
            "tokens",
            "tokens list",
            "tokens show",
            "tokens create",
            "tokens revoke",
            "tokens whoami",
            "audit",
            "audit list",
            "audit export",
            "audit verify",
            "events",
            "drill",
            "drill schedule",
            "drill schedule list",
            "drill schedule show",
            "drill schedule set",
            "drill schedule remove",
            "drill schedule enable",
            "drill schedule disable",
            "demo",
            "context",
            "context list",
            "context use",
            "context add",
            "context remove",
            "context show",
            "completion");

    /** What users read is part of the contract: when it changes on purpose, so does the file. */
    @ParameterizedTest
    @FieldSource("COMMANDS")
    void helpReadsAsAgreed(String command) throws IOException {
        String[] arguments = Stream.concat(Stream.of(command.split(" ")), Stream.of("--help"))
                .filter(word -> !word.isEmpty())
                .toArray(String[]::new);

        var said = Said.by(Map.of(), arguments);

        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).isEqualTo(agreed(command));
    }

    /** So that none is forgotten above. */
    @Test
    void everyCommandsHelpWasAgreed() {
        var whole = Cli.commandLine(new Surroundings(
                Map.of(), new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), false));

        assertThat(names("", whole)).containsExactlyInAnyOrderElementsOf(COMMANDS);
    }

    @ParameterizedTest
    @FieldSource("COMMANDS")
    void everyHelpTellsHowTheCommandMayEnd(String command) throws IOException {
        assertThat(agreed(command)).contains("\nExit codes:\n  0   done\n");
    }

    private static Stream<String> names(String name, CommandLine command) {
        return Stream.concat(
                Stream.of(name.strip()),
                command.getSubcommands().values().stream()
                        .distinct()
                        .flatMap(below -> names(name + " " + below.getCommandName(), below)));
    }

    @Test
    void withoutCommandTheHelpIsPointedAt() {
        var said = Said.by(Map.of());

        assertThat(said).isEqualTo(new Said(ExitCode.USAGE.number(), "", "which command?\n  ./meridian --help\n"));
    }

    @Test
    void misspelledCommandIsAUsageFault() {
        var said = Said.by(Map.of(), "shrads");

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err()).contains("shrads");
    }

    @Test
    void timeThatIsNoneIsAUsageFault() {
        var said = Said.by(Map.of(), "move", "--shards", "1", "--to", "west-1", "--timeout", "5 minutes");

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err())
                .contains("'5 minutes' is no time such as 90s, 5m or 1h")
                .contains("./meridian move --help");
    }

    private static String agreed(String command) throws IOException {
        String name = command.isEmpty() ? "meridian" : command.replace(' ', '-');
        try (InputStream file = HelpTest.class.getResourceAsStream("help/" + name + ".txt")) {
            return file == null ? "no file " + name + ".txt" : new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
