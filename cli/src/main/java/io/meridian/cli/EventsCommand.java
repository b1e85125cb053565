package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.RefusedException;
import io.meridian.cli.api.UnreachableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What changes, as it changes. */
@Command(
        name = "events",
        description = "Tells what changes, a line for each change, until Ctrl-C.",
        footer = {
            "",
            "A line says what to look at again, not what it is now. The first tells of all that there is;",
            "behind --after it tells of what changed since. Changes that come at once may be one line.",
            "A stream that breaks is taken up where it ended.",
            "Example: ./meridian events --json | while read -r change; do ./meridian lag; done"
        },
        exitCodeList = "6:the control plane cannot be reached, or was not heard for the time of --patience")
final class EventsCommand implements Callable<Integer> {
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);
    private static final List<String> PARTS = List.of("shards", "topology", "regions", "seedings");

    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Option(names = "--after", paramLabel = "REVISION", description = "Behind this one, as a line had it.")
    private @Nullable Long after;

    @Option(names = "-n", paramLabel = "CHANGES", description = "End after so many; else never.")
    private @Nullable Integer wanted;

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            defaultValue = "1m",
            converter = PatienceConverter.class,
            description = "Once it was followed: how long to try when it breaks (default: ${DEFAULT-VALUE}).")
    private Duration patience = Duration.ofMinutes(1);

    @Option(names = "--json", description = "The control plane's own documents, one a line.")
    private boolean json;

    private final Surroundings around;

    private OptionalLong last = OptionalLong.empty();
    private long heard;
    private int told;

    EventsCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        last = after == null ? OptionalLong.empty() : OptionalLong.of(after);
        try (var api = options.connect(around)) {
            while (!followed(api, console)) {
                if (told == 0 || System.nanoTime() - heard < patience.toNanos()) {
                    Thread.sleep(BETWEEN_ATTEMPTS);
                } else {
                    console.error("nothing was heard for " + patience.toSeconds() + " s");
                    return ExitCode.UNAVAILABLE.number();
                }
            }
            return ExitCode.DONE.number();
        }
    }

    /** @return whether it was enough; false: it broke, and may be taken up again */
    private boolean followed(ControlApi api, Console console) throws InterruptedException {
        try {
            boolean enough = api.follow(last, (name, data) -> more(console, name, data));
            if (!enough) {
                console.passing("the stream broke; it is taken up again");
            }
            return enough;
        } catch (UnreachableException away) {
            return again(away);
        } catch (RefusedException refused) {
            if (!ControlApi.mayPass(refused)) {
                throw refused;
            }
            return again(refused);
        }
    }

    /** What was never followed fails at once, as every question does. */
    private <E extends RuntimeException> boolean again(E why) {
        if (told == 0 || System.nanoTime() - heard >= patience.toNanos()) {
            throw why;
        }
        return false;
    }

    private boolean more(Console console, String name, JsonNode data) {
        heard = System.nanoTime();
        if (name.equals("compacted")) {
            console.error("what changed before revision "
                    + data.path("revision").asLong() + " is not remembered any more: everything may have");
            return true;
        }
        if (!name.equals("change")) {
            return true; // of a newer control plane
        }
        told++;
        last = OptionalLong.of(data.path("revision").asLong());
        console.line(json ? data.toString() : inWords(data));
        return wanted == null || told < wanted;
    }

    private static String inWords(JsonNode change) {
        List<String> what = new ArrayList<>();
        change.path("runs").forEach(run -> what.add(run.asText()));
        PARTS.stream().filter(part -> change.path(part).asBoolean()).forEach(what::add);
        return "revision " + change.path("revision").asLong() + ": "
                + (what.isEmpty() ? "nothing of these" : String.join(", ", what));
    }
}
