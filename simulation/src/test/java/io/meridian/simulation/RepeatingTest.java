package io.meridian.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.simulation.rules.Mutant;
import io.meridian.simulation.rules.Rules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RepeatingTest {
    private static final Pattern AGAIN = Pattern.compile("again: \\./meridian sim (.*)");

    @Test
    void sameHistoryGoesTheSameWay() {
        assertThat(Simulation.run(History.of(3), Rules.REAL)).isEqualTo(Simulation.run(History.of(3), Rules.REAL));
    }

    /** Collections without an order differ from one process to the next, so two runs in one prove little. */
    @Test
    void sameHistoryGoesTheSameWayInAnotherProcess() throws IOException, InterruptedException {
        String here = CommandLineRun.of("--seed", "5", "--trace").output();
        var java = new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SimMain.class.getName(),
                "--seed",
                "5",
                "--trace");
        Process there = java.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String told = new String(there.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(there.waitFor()).isZero();
        assertThat(told).isEqualTo(here);
    }

    @Test
    void failureIsShortenedAndRepeatedByItsCommand() {
        var first = CommandLineRun.of("--seeds", "30", "--mutant", Mutant.FORGETS_TO_UNFREEZE.name());
        assertThat(first.status()).isEqualTo(1);
        Matcher command = AGAIN.matcher(first.output());
        assertThat(command.find()).as(first.output()).isTrue();

        var again = CommandLineRun.of(command.group(1).split(" ", -1));

        assertThat(again.status()).isEqualTo(1);
        assertThat(again.output())
                .contains("FROZEN_BY_A_LIVING_RUN")
                .contains(String.format(Locale.ROOT, ", %d steps", steps(command.group(1))));
        assertThat(steps(command.group(1)))
                .as("a move and its cancel are enough: " + command.group(1))
                .isLessThanOrEqualTo(4);
        assertThat(CommandLineRun.of(withoutMutant(command.group(1))).status())
                .as("the real rules hold in the same history")
                .isZero();
    }

    private static int steps(String command) {
        return command.replaceAll(".*--only ([\\d,]+).*", "$1").split(",", -1).length;
    }

    private static String[] withoutMutant(String command) {
        return command.replaceAll(" --mutant .*", "").split(" ", -1);
    }

    @Test
    void commandLineThatMeansNothingIsRefused() {
        for (List<String> wrong : List.of(
                List.of("--only", "3"),
                List.of("--seeds", "0"),
                List.of("--mutant", "NO_SUCH"),
                List.of("--sed", "3"))) {
            assertThat(CommandLineRun.of(wrong.toArray(String[]::new)).status())
                    .as("%s", wrong)
                    .isEqualTo(2);
        }
    }
}
