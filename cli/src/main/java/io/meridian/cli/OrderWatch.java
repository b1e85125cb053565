package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.AgentOrder;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Of every command that asks some region's agent to do something: waits for what became of it, and tells it. */
final class OrderWatch {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "3m",
            converter = PatienceConverter.class,
            description = "How long to wait for the outcome (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofMinutes(3);

    /**
     * @param orders where they are, such as {@code /parked/orders}
     * @param first as it was accepted
     * @return as it ended, or as it was when patience ran out
     */
    JsonNode ended(ControlApi api, Console console, String orders, JsonNode first) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        JsonNode answer = first;
        AgentOrder order = Documents.as(answer, AgentOrder.class);
        while (order.pending() && System.nanoTime() - deadline < 0) {
            console.passing("waiting for the agent");
            Thread.sleep(BETWEEN_LOOKS);
            answer = api.get(orders + "/" + ControlApi.encoded(order.id()));
            order = Documents.as(answer, AgentOrder.class);
        }
        return answer;
    }

    /**
     * @param done what was done, in a word or two
     * @param look command lines that tell later what became of it
     */
    static void tell(Console console, AgentOrder order, String done, String look) {
        if (order.done()) {
            console.line(console.good(done) + "  " + order.id());
        } else if (order.pending()) {
            console.error(order.id() + " is still under way; what became of it: " + look);
        } else {
            console.line(console.bad("not done") + "  " + order.id() + ": " + order.problem());
        }
    }

    static ExitCode code(AgentOrder order) {
        if (order.pending()) {
            return ExitCode.UNKNOWN;
        }
        return order.done() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
