package io.meridian.drill;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.meridian.drill.scenario.Catalogue;
import io.meridian.drill.scenario.Scenario;
import io.meridian.drill.scenario.ScenarioReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What there is to drill. */
final class CatalogueCommands {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private CatalogueCommands() {}

    static void print(Object document) {
        try {
            System.out.println(JSON.writeValueAsString(document));
        } catch (JacksonException defect) {
            throw new IllegalStateException("cannot be written as JSON: " + document, defect);
        }
    }

    /** @param named a scenario of the catalogue, or a file */
    static Scenario scenario(String named) throws IOException, RefusedToStartException {
        Optional<Scenario> known = Catalogue.named(named);
        if (known.isPresent()) {
            return known.get();
        }
        String text;
        try {
            text = Files.readString(Path.of(named));
        } catch (NoSuchFileException absent) {
            throw new RefusedToStartException(
                    DrillMain.USAGE,
                    "'" + named + "' is neither a scenario of the catalogue ("
                            + Catalogue.all().stream().map(Scenario::name).collect(Collectors.joining(", "))
                            + ") nor a file");
        }
        return read(text, named);
    }

    /** @param named how whoever reads this calls it */
    static Scenario read(String text, String named) throws RefusedToStartException {
        return switch (ScenarioReader.read(text)) {
            case ScenarioReader.Reading.Read read -> read.scenario();
            case ScenarioReader.Reading.Refused refused ->
                throw new RefusedToStartException(
                        DrillMain.USAGE, named + " is no scenario:\n  " + String.join("\n  ", refused.faults()));
        };
    }

    @Command(name = "list", description = "The scenarios that come with Meridian.")
    static final class ListScenarios implements Callable<Integer> {
        @Mixin
        private final InstanceChoice instance = new InstanceChoice();

        @Option(names = "--json", description = "For programs.")
        private boolean json;

        @Override
        public Integer call() {
            List<Scenario> all = Catalogue.all();
            if (json) {
                print(Map.of(
                        "scenarios", all.stream().map(ListScenarios::outward).toList()));
                return DrillMain.DONE;
            }
            for (Scenario scenario : all) {
                System.out.println(scenario.name() + "  (" + scenario.act().about() + ")");
                scenario.explanation().lines().forEach(line -> System.out.println("  " + line));
                System.out.println();
            }
            System.out.println("./meridian drill show NAME prints one; copy it, change it, and run the file");
            System.out.println("./meridian drill run NAME --dry-run" + instance.flag() + " tells what it would do");
            return DrillMain.DONE;
        }

        private static Map<String, Object> outward(Scenario scenario) {
            Map<String, Object> outward = new LinkedHashMap<>();
            outward.put("name", scenario.name());
            outward.put("about", scenario.act().about());
            outward.put("explanation", scenario.explanation());
            return outward;
        }
    }

    @Command(name = "show", description = "A scenario as it is written, to be copied and changed.")
    static final class Show implements Callable<Integer> {
        @Mixin
        private final InstanceChoice instance = new InstanceChoice();

        @Parameters(paramLabel = "NAME|FILE", description = "Of the catalogue, or a file, which is checked.")
        private String named = "";

        @Override
        public Integer call() throws Exception {
            Scenario scenario = scenario(named);
            System.out.print(scenario.text());
            System.err.println(" what it does: "
                    + RunCommand.steps(scenario.act()).stream().collect(Collectors.joining("; ")));
            System.err.println(" ./meridian drill run " + named + instance.flag() + " --dry-run");
            return DrillMain.DONE;
        }
    }
}
