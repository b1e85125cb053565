package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The script in a real bash: what is offered behind what was typed. */
class CompletionTest {
    @TempDir
    Path folder;

    /** @param typed between bars; the last word is the one that is completed */
    record Typed(String typed, List<String> offered) {}

    static final List<Typed> TYPED = List.of(
            new Typed("./meridian|fail", List.of("failover")),
            new Typed("meridian|fail", List.of("failover")),
            new Typed("./meridian|failover|--max", List.of("--max-loss")),
            new Typed("./meridian|runs|pa", List.of("pause")),
            new Typed("./meridian|runs|cancel|--change", List.of("--change-key")),
            new Typed("./meridian|context|u", List.of("use")),
            new Typed("./meridian|orphans|revise|--sal", List.of("--salvage")),
            new Typed("./meridian|completion|z", List.of("zsh")),
            new Typed("./meridian|rene", List.of("renew-certificates")),
            new Typed("./meridian|up|--gro", List.of("--groups")),
            new Typed("./meridian|drill|ab", List.of("abort")),
            new Typed("./meridian|drill|sche", List.of("schedule")),
            new Typed("./meridian|drill|schedule|en", List.of("enable")),
            new Typed("./meridian|drill|schedule|set|--bl", List.of("--blackout")),
            new Typed("./meridian|verify|--inst", List.of("--instance")));

    @ParameterizedTest
    @FieldSource("TYPED")
    void bashOffersWhatFits(Typed typed) throws Exception {
        Path script = Files.writeString(
                folder.resolve("completion"),
                Said.by(Map.of(), "completion", "bash").out());

        List<String> offered = bash(
                """
                compopt() { :; } # a builtin that works below a Tab only
                source "$1"; shift
                complete -p "$1" >/dev/null || exit 1
                COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*"
                COMP_POINT=${#COMP_LINE}
                _complete_meridian "$1" "${@: -1}" "${@: -2:1}"
                echo "${COMPREPLY[@]}" """,
                Stream.concat(
                        Stream.of(script.toString()), Stream.of(typed.typed().split("\\|"))));

        assertThat(offered).containsExactlyElementsOf(typed.offered());
    }

    @Test
    void zshTakesTheSame() {
        assertThat(Said.by(Map.of(), "completion", "zsh")).isEqualTo(Said.by(Map.of(), "completion", "bash"));
    }

    @Test
    void anotherShellIsAUsageFault() {
        var said = Said.by(Map.of(), "completion", "fish");

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err()).contains("bash").contains("zsh");
    }

    @Test
    void everyCommandThatTheLauncherKeepsForItselfIsCompleted() throws IOException {
        var whole = Cli.commandLine(new Surroundings(
                Map.of(), new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), false));
        LauncherCommands.into(whole);
        var kept = new TreeSet<String>();
        String launcher = Files.readString(Path.of("..", "meridian"));
        Pattern.compile("(?m)^    ([a-z |-]+)\\)")
                .matcher(launcher.substring(launcher.indexOf("\nmain() {")))
                .results()
                .flatMap(label -> Stream.of(label.group(1).split(" *\\| *")))
                .filter(word -> !word.startsWith("-"))
                .forEach(kept::add);

        assertThat(kept).contains("up", "down", "drill");
        assertThat(whole.getSubcommands().keySet()).containsAll(kept);
    }

    private static List<String> bash(String script, Stream<String> arguments) throws Exception {
        List<String> command = Stream.concat(Stream.of("bash", "--norc", "-c", script, "bash"), arguments)
                .toList();
        Process bash = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(bash.exitValue()).as(said).isZero();
            return List.of(said.strip().split("\\s+"));
        } finally {
            bash.destroyForcibly();
        }
    }
}
