package io.meridian.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Region;
import io.meridian.cli.api.Shards;
import io.meridian.cli.api.Verification;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The loop, told while it happens: load on all edges, a third of the users moved and moved back, and what the judge found. */
@Command(
        name = "demo",
        description = "Moves a third of the users to another region under load, and back, and judges the result.",
        exitCodeList = {"1:something failed or was lost", "7:not known what became of a move: ./meridian runs"})
final class DemoCommand implements Callable<Integer> {
    private static final String USER = "alice";
    private static final Duration MOVE_LIMIT = Duration.ofMinutes(3);

    /** Beyond its own time the load waits for late answers and asks for every write it was told of. */
    private static final Duration JUDGING_LIMIT = Duration.ofMinutes(3);

    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "100",
            description = "Requests per second (default: ${DEFAULT-VALUE}).")
    private int rate = 100;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "25",
            description = "How long the load lasts (default: ${DEFAULT-VALUE}).")
    private int seconds = 25;

    @Spec
    private @Nullable CommandSpec spec;

    private final Surroundings around;
    private final Console console;

    DemoCommand(Surroundings around) {
        this.around = around;
        this.console = new Console(around);
    }

    /** Shards of the first region that has any, and a zone of another. */
    private record Scene(String from, String to, String toZone, List<Shards.Shard> shards) {
        String written() {
            return ShardSet.write(
                    shards.stream().map(shard -> ShardId.of(shard.shard())).toList());
        }
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        String command = around.environment().getOrDefault("MERIDIAN_LOAD_COMMAND", "");
        if (command.isEmpty() && spec != null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "MERIDIAN_LOAD_COMMAND does not say how to start the load; run ./meridian demo");
        }
        try (var api = options.connect(around)) {
            Optional<Scene> scene = scene(api);
            if (scene.isEmpty()) {
                console.error(
                        "the demo needs two regions with zones, one of them owning shards; ./meridian up --regions 3"
                                + " starts three");
                return ExitCode.REFUSED.number();
            }
            return play(api, scene.get(), command);
        }
    }

    private int play(ControlApi api, Scene scene, String command) throws InterruptedException, IOException {
        tell("1. Where a user is");
        where(api);
        tell("2. " + rate + " requests per second for " + seconds + " s, through the edges of all regions");
        try (var load = DemoLoad.start(command, loadFolder(), rate, Duration.ofSeconds(seconds))) {
            if (load.ended(Duration.ofSeconds(Math.max(1, seconds / 6)))) {
                console.error(console.bad("the load ended at once: ") + load.log());
                return ExitCode.FAILED.number();
            }
            tell("3. A third of the users moves from " + scene.from() + " to " + scene.to() + " meanwhile");
            boolean moved = move(api, scene.written(), scene.toZone());
            where(api);
            tell("4. What the judge says, once the load has ended");
            boolean clean = load.ended(JUDGING_LIMIT.plusSeconds(seconds)) && judged(load);
            tell("5. Are all regions' copies equal?");
            boolean equal = verified(api);
            tell("6. And back to where they were");
            boolean back = true;
            for (var home : homes(scene).entrySet()) {
                back &= move(api, home.getValue(), home.getKey());
            }
            where(api);
            boolean well = moved && clean && equal && back;
            console.line("");
            console.line(
                    well
                            ? console.good("That was the loop: nothing failed, nothing was lost.")
                            : console.bad("Something above went wrong."));
            return well ? ExitCode.DONE.number() : ExitCode.FAILED.number();
        }
    }

    private Path loadFolder() {
        return Path.of(around.environment().getOrDefault("MERIDIAN_LOAD_FOLDER", System.getProperty("java.io.tmpdir")));
    }

    private Optional<Scene> scene(ControlApi api) throws InterruptedException {
        List<Region> regions = Documents.listOf(api.get("/regions"), Region[].class);
        List<Shards.Shard> shards =
                Documents.as(api.get("/shards"), Shards.class).shards();
        int user = Documents.as(api.get("/shards/where?key=" + USER), Shards.Shard.class)
                .shard();
        for (Region from : regions) {
            List<Shards.Shard> owned = shards.stream()
                    .filter(shard -> shard.owned() && from.name().equals(shard.region()) && shard.frozenBy() == null)
                    .sorted(Comparator.comparing((Shards.Shard shard) -> shard.shard() != user)
                            .thenComparing(Shards.Shard::shard))
                    .limit(shards.size() / 3)
                    .toList();
            Optional<Region> to = regions.stream()
                    .filter(region -> !region.name().equals(from.name())
                            && region.zones().stream().anyMatch(Region.Zone::sharded))
                    .findFirst();
            if (!owned.isEmpty() && to.isPresent()) {
                return Optional.of(new Scene(
                        from.name(),
                        to.get().name(),
                        to.get().zones().stream()
                                .filter(Region.Zone::sharded)
                                .findFirst()
                                .orElseThrow()
                                .name(),
                        owned));
            }
        }
        return Optional.empty();
    }

    /** Zone to the shards that it had. */
    private static TreeMap<String, String> homes(Scene scene) {
        var homes = new TreeMap<String, List<ShardId>>();
        scene.shards()
                .forEach(shard -> homes.computeIfAbsent(String.valueOf(shard.zone()), _ -> new ArrayList<>())
                        .add(ShardId.of(shard.shard())));
        var written = new TreeMap<String, String>();
        homes.forEach((zone, shards) -> written.put(zone, ShardSet.write(shards)));
        return written;
    }

    private boolean move(ControlApi api, String shards, String to) throws InterruptedException {
        JsonNode run = MoveCommand.start(api, MoveCommand.move(shards, to), false);
        return new RunWatch(api, console).follow(run, MOVE_LIMIT, false) == ExitCode.DONE.number();
    }

    /** Whatever it says, the demo goes on: the users have to be moved back. */
    private boolean judged(DemoLoad load) throws IOException {
        try {
            JsonNode result = new ObjectMapper().readTree(load.result());
            console.json(result);
            return load.well()
                    && result.path("failed").asInt(1) == 0
                    && result.path("lost").asInt(1) == 0
                    && result.path("doubled").asInt(1) == 0;
        } catch (JacksonException noJson) {
            console.error(console.bad("the load ended without a result: ") + load.log());
            return false;
        }
    }

    private boolean verified(ControlApi api) throws InterruptedException {
        var verification = Documents.as(VerifyCommand.verify(api, console, MOVE_LIMIT), Verification.class);
        VerifyCommand.print(console, verification);
        return VerifyCommand.equal(verification);
    }

    private void where(ControlApi api) throws InterruptedException {
        console.line(
                WhereCommand.sentence(USER, Documents.as(api.get("/shards/where?key=" + USER), Shards.Shard.class)));
    }

    private void tell(String text) {
        console.line("");
        console.line(console.bold(text));
    }
}
