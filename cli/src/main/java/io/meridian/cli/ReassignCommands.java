package io.meridian.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The commands that say what should be, and leave it to the control plane which shards go where. */
final class ReassignCommands {
    private ReassignCommands() {}

    @Command(
            name = "rebalance",
            description = "Moves as few shards as give each zone its share by weight.",
            footer = {"", "Example: ./meridian rebalance --dry-run"},
            exitCodeList = {
                "1:with --wait: it failed or was rolled back, at least in part, or needs a person",
                "7:not known what became of it, or --timeout passed: ask again with the same --change-key"
            })
    static final class Rebalance extends ComputedRun {
        @Option(
                names = "--rps",
                paramLabel = "N",
                description = "Requests per second of all shards together: zones get no more than their capacity.")
        private @Nullable Integer rps;

        Rebalance(Surroundings around) {
            super(around, "/rebalances");
        }

        @Override
        void write(ObjectNode body) {
            if (rps != null) {
                body.put("rps", rps);
            }
        }
    }

    @Command(
            name = "evacuate",
            description = "Empties zones or whole regions: their shards go to backups, then to the nearest with room.",
            footer = {"", "Example: ./meridian evacuate --region east --rps 4000 --wait"},
            exitCodeList = {
                "1:with --wait: it failed or was rolled back, at least in part, or needs a person",
                "7:not known what became of it, or --timeout passed: ask again with the same --change-key"
            })
    static final class Evacuate extends ComputedRun {
        @Option(names = "--zone", paramLabel = "ZONE", description = "Such as east-1; may be given several times.")
        private List<String> zones = new ArrayList<>();

        @Option(names = "--region", paramLabel = "REGION", description = "All its zones; may be given several times.")
        private List<String> regions = new ArrayList<>();

        @Option(
                names = "--rps",
                paramLabel = "N",
                description = "Requests per second of all shards together: zones get no more than their capacity.")
        private @Nullable Integer rps;

        @CommandLine.Spec
        private CommandLine.Model.@Nullable CommandSpec spec;

        Evacuate(Surroundings around) {
            super(around, "/evacuations");
        }

        @Override
        void write(ObjectNode body) {
            if (zones.isEmpty() && regions.isEmpty() && spec != null) {
                throw new CommandLine.ParameterException(spec.commandLine(), "which --zone or --region?");
            }
            zones.forEach(body.putArray("zones")::add);
            regions.forEach(body.putArray("regions")::add);
            if (rps != null) {
                body.put("rps", rps);
            }
        }
    }

    @Command(
            name = "pop-out",
            description = "Lends a share of a zone's shards to an elastic zone.",
            footer = {
                "",
                "Where they came from is remembered: pop-in brings them back.",
                "Example: ./meridian pop-out --from east-1 --to east-9 --percent 30"
            },
            exitCodeList = {
                "1:with --wait: it failed or was rolled back, at least in part, or needs a person",
                "7:not known what became of it, or --timeout passed: ask again with the same --change-key"
            })
    static final class PopOut extends ComputedRun {
        @Option(names = "--from", paramLabel = "ZONE", required = true, description = "Whose shards.")
        private String from = "";

        @Option(names = "--to", paramLabel = "ZONE", required = true, description = "An elastic zone.")
        private String to = "";

        @Option(names = "--percent", paramLabel = "P", required = true, description = "Of the zone's shards, 1 to 100.")
        private int percent;

        PopOut(Surroundings around) {
            super(around, "/pop-outs");
        }

        @Override
        void write(ObjectNode body) {
            body.put("from", from).put("to", to).put("percent", percent);
        }
    }

    @Command(
            name = "pop-in",
            description = "Brings what was popped out to an elastic zone back to where it was.",
            exitCodeList = {
                "1:with --wait: it failed or was rolled back, at least in part, or needs a person",
                "7:not known what became of it, or --timeout passed: ask again with the same --change-key"
            })
    static final class PopIn extends ComputedRun {
        @Option(names = "--zone", paramLabel = "ZONE", required = true, description = "The elastic zone.")
        private String zone = "";

        PopIn(Surroundings around) {
            super(around, "/pop-ins");
        }

        @Override
        void write(ObjectNode body) {
            body.put("zone", zone);
        }
    }

    @Command(
            name = "shift",
            description = "Blue and green: gives a percentage of two groups' shards in a region to the one of them.",
            footer = {
                "",
                "A smaller percentage than now rolls back; ./meridian zones compares.",
                "Example: ./meridian shift --region east --from-group blue --to-group green --percent 10"
            },
            exitCodeList = {
                "1:with --wait: it failed or was rolled back, at least in part, or needs a person",
                "7:not known what became of it, or --timeout passed: ask again with the same --change-key"
            })
    static final class Shift extends ComputedRun {
        @Option(names = "--region", paramLabel = "REGION", required = true, description = "Both groups' region.")
        private String region = "";

        @Option(names = "--from-group", paramLabel = "GROUP", required = true, description = "Such as blue.")
        private String from = "";

        @Option(names = "--to-group", paramLabel = "GROUP", required = true, description = "Such as green.")
        private String to = "";

        @Option(
                names = "--percent",
                paramLabel = "P",
                required = true,
                description = "Of both groups' shards, what --to-group has afterwards: 0 to 100.")
        private int percent;

        Shift(Surroundings around) {
            super(around, "/shifts");
        }

        @Override
        void write(ObjectNode body) {
            body.put("region", region).put("fromGroup", from).put("toGroup", to).put("percent", percent);
        }
    }

    @Command(
            name = "reverse",
            description = "Takes back what an ended run moved, as far as it is still there.",
            exitCodeList = {
                "1:with --wait: it failed or was rolled back, at least in part, or needs a person",
                "7:not known what became of it, or --timeout passed: ask again with the same --change-key"
            })
    static final class Reverse extends ComputedRun {
        @Option(names = "--run", paramLabel = "ID", required = true, description = "Such as mv-1.")
        private String run = "";

        Reverse(Surroundings around) {
            super(around, "/reversals");
        }

        @Override
        void write(ObjectNode body) {
            body.put("run", run);
        }
    }
}
