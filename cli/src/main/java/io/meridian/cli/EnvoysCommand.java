package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What Envoys have of what their routers sent them. */
@Command(name = "envoys", description = "Shows what each Envoy was sent and has accepted, and why one refuses.")
final class EnvoysCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    private final Surroundings around;

    EnvoysCommand(Surroundings around) {
        this.around = around;
    }

    static CommandLine with(Surroundings around) {
        return new CommandLine(new EnvoysCommand(around)).addSubcommand(new Barrier(around));
    }

    /**
     * @param connected whether the control plane hears its router
     * @param nack why it refuses what it was sent last; null: it does not
     */
    record Envoy(
            String region,
            String router,
            boolean connected,
            String node,
            long sentRevision,
            long ackedRevision,
            @Nullable String nack) {}

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        try (var api = options.connect(around)) {
            JsonNode answer = api.get("/envoys");
            if (json) {
                console.json(answer);
            } else {
                print(console, Documents.listOf(answer, Envoy[].class));
            }
            return ExitCode.DONE.number();
        }
    }

    private static void print(Console console, List<Envoy> envoys) {
        if (envoys.isEmpty()) {
            console.line("no Envoy is known");
            return;
        }
        List<List<String>> rows = envoys.stream()
                .map(envoy -> List.of(
                        envoy.region(),
                        envoy.router() + (envoy.connected() ? "" : " (silent)"),
                        envoy.node(),
                        Long.toString(envoy.sentRevision()),
                        Long.toString(envoy.ackedRevision()),
                        envoy.nack() == null ? "-" : "refuses"))
                .toList();
        console.table(List.of("REGION", "ROUTER", "ENVOY", "SENT", "ACCEPTED", "REFUSES"), rows);
        envoys.stream()
                .filter(envoy -> envoy.nack() != null)
                .forEach(envoy ->
                        console.line(console.bad("! " + envoy.node() + " refuses what it was sent: " + envoy.nack())));
    }

    /** Have all of a region's Envoys accepted a revision? */
    @Command(
            name = "barrier",
            description = "Tells whether all live Envoys of a region have accepted a revision; exit code 1: not.",
            exitCodeList = "1:not all have it")
    static final class Barrier implements Callable<Integer> {
        private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Option(names = "--region", paramLabel = "REGION", required = true, description = "Such as east.")
        private String region = "";

        @Option(
                names = "--revision",
                paramLabel = "N",
                required = true,
                description = "Of the control plane's state, as changes answer it.")
        private long revision;

        @Option(
                names = "--wait",
                paramLabel = "TIME",
                converter = PatienceConverter.class,
                description = "Ask again until it is so, for so long.")
        private Duration patience = Duration.ZERO;

        @Option(names = "--json", description = "The control plane's answer.")
        private boolean json;

        private final Surroundings around;

        Barrier(Surroundings around) {
            this.around = around;
        }

        record Reached(
                String region,
                long revision,
                int routers,
                int live,
                int acked,
                int rejecting,
                int gone,
                boolean reached) {}

        @Override
        public Integer call() throws InterruptedException {
            var console = new Console(around);
            try (var api = options.connect(around)) {
                JsonNode answer = await(api, console);
                Reached seen = Documents.as(answer, Reached.class);
                if (json) {
                    console.json(answer);
                } else {
                    console.line((seen.reached() ? console.good("reached") : console.bad("not reached")) + "  "
                            + sentence(seen));
                }
                return seen.reached() ? ExitCode.DONE.number() : ExitCode.FAILED.number();
            }
        }

        private JsonNode await(ControlApi api, Console console) throws InterruptedException {
            String path = "/envoys/barrier?region=" + ControlApi.encoded(region) + "&revision=" + revision;
            long deadline = System.nanoTime() + patience.toNanos();
            JsonNode answer = api.get(path);
            while (!answer.path("reached").asBoolean() && System.nanoTime() - deadline < 0) {
                console.passing(sentence(Documents.as(answer, Reached.class)));
                Thread.sleep(BETWEEN_LOOKS);
                answer = api.get(path);
            }
            return answer;
        }

        private static String sentence(Reached seen) {
            if (seen.routers() == 0) {
                return "no router of " + seen.region() + " is heard, so nobody knows";
            }
            return seen.acked() + " of " + seen.live() + " Envoys of " + seen.region() + " have revision "
                    + seen.revision()
                    + (seen.rejecting() > 0 ? ", " + seen.rejecting() + " refuse what they were sent last" : "")
                    + (seen.gone() > 0 ? ", " + seen.gone() + " are gone" : "");
        }
    }
}
