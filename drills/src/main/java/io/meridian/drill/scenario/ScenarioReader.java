package io.meridian.drill.scenario;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.meridian.drill.scenario.Scenario.Guards;
import io.meridian.drill.scenario.Scenario.Probe;
import io.meridian.drill.scenario.Scenario.Targets;
import io.meridian.topology.LossBound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/** A scenario's YAML to a {@link Scenario}, or everything that is wrong with it: a guard that was misspelled would guard nothing. */
public final class ScenarioReader {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final Pattern WORDS = Pattern.compile(".{1,4000}", Pattern.DOTALL);
    private static final String NAME_RULE = "a name: small letters, digits and '-', at most 40";
    private static final Duration LONGEST = Duration.ofMinutes(60);
    private static final long MOST = 1_000_000_000;

    private final List<String> faults = new ArrayList<>();

    private ScenarioReader() {}

    public sealed interface Reading {
        record Read(Scenario scenario) implements Reading {}

        /** @param faults each with the path of its field */
        record Refused(List<String> faults) implements Reading {}
    }

    public static Reading read(String text) {
        try {
            JsonNode document = YAML.readTree(text);
            return new ScenarioReader().read(text, document);
        } catch (JacksonException noYaml) {
            return new Reading.Refused(List.of("not YAML: " + noYaml.getOriginalMessage() + " (line "
                    + (noYaml.getLocation() == null ? "?" : noYaml.getLocation().getLineNr()) + ")"));
        }
    }

    private Reading read(String text, JsonNode document) {
        var whole = new Field("", document, faults)
                .object(Set.of("name", "explanation", "act", "duration", "probe", "guards", "targets"));
        if (!document.isObject()) {
            return new Reading.Refused(List.copyOf(faults));
        }
        String name = whole.at("name").text(NAME, NAME_RULE);
        String explanation = whole.at("explanation").text(WORDS, "a text of at most 4000 characters");
        Optional<Act> act = act(whole.at("act"));
        Duration duration = whole.at("duration").time(Duration.ofSeconds(1), LONGEST);
        Probe probe = probe(whole.at("probe"));
        Guards guards = guards(whole.at("guards"));
        Targets targets = targets(whole.at("targets"), act);
        return faults.isEmpty() && act.isPresent()
                ? new Reading.Read(
                        new Scenario(name, explanation.strip(), act.get(), duration, probe, guards, targets, text))
                : new Reading.Refused(List.copyOf(faults));
    }

    private Optional<Act> act(Field act) {
        Set<String> kinds = Set.of("lose", "evacuate", "link");
        act.object(kinds);
        List<String> named = act.names().stream().filter(kinds::contains).toList();
        if (named.size() != 1) {
            act.fault("names " + named.size() + " acts; exactly one of evacuate, link, lose");
            return Optional.empty();
        }
        Field what = act.at(named.getFirst());
        return switch (named.getFirst()) {
            case "lose" -> lose(what.object(Set.of("region", "how", "maxLoss")));
            case "evacuate" ->
                Optional.of(new Act.Evacuate(
                        what.object(Set.of("region")).at("region").text(NAME, NAME_RULE)));
            default -> link(what.object(Set.of("from", "to", "direction", "down", "delay")));
        };
    }

    private Optional<Act> lose(Field lose) {
        String region = lose.at("region").text(NAME, NAME_RULE);
        Optional<Act.How> how = lose.at("how").chosen(Map.of("kill", Act.How.KILL, "cut-off", Act.How.CUT_OFF));
        Optional<LossBound> maxLoss = lose.at("maxLoss").read(LossBound::read, LossBound.RULE);
        return how.isPresent() && maxLoss.isPresent()
                ? Optional.of(new Act.Lose(region, how.get(), maxLoss.get().text()))
                : Optional.empty();
    }

    private Optional<Act> link(Field link) {
        String from = link.at("from").text(NAME, NAME_RULE);
        String to = link.at("to").text(NAME, NAME_RULE);
        if (!from.isEmpty() && from.equals(to)) {
            link.at("to").fault("is '" + to + "', as from is; a link is between two regions");
        }
        Optional<Boolean> bothWays = link.at("direction").chosen(Map.of("one-way", false, "both-ways", true));
        boolean down = link.at("down").there();
        boolean delay = link.at("delay").there();
        if (down == delay) {
            link.fault("has either 'down: true' or 'delay: 200ms'");
            return Optional.empty();
        }
        if (down) {
            link.at("down").onlyTrue();
        }
        Act.Trouble trouble = down
                ? new Act.Trouble.Down()
                : new Act.Trouble.Slow(link.at("delay").time(Duration.ofMillis(1), Duration.ofSeconds(60)));
        return bothWays.map(both -> new Act.Link(from, to, both, trouble));
    }

    private static Probe probe(Field probe) {
        if (!probe.there()) {
            return Probe.USUAL;
        }
        probe.object(Set.of("sample", "every", "othersPerSecond"));
        return new Probe(
                (int) probe.at("sample").number(1, 1024),
                probe.at("every").time(Duration.ofMillis(100), Duration.ofSeconds(10)),
                (int) probe.at("othersPerSecond").number(0, 1000));
    }

    private static Guards guards(Field guards) {
        guards.object(Set.of("failedRequests", "unavailableShards", "linkLag"));
        return new Guards(
                share(guards.at("failedRequests")),
                share(guards.at("unavailableShards")),
                optional(guards.at("linkLag"), field -> field.time(Duration.ofMillis(100), LONGEST)));
    }

    private static Targets targets(Field targets, Optional<Act> act) {
        targets.object(Set.of("rto", "rpo", "failedRequests"));
        if (targets.at("rpo").there() && act.isPresent() && !(act.get() instanceof Act.Lose)) {
            targets.at("rpo")
                    .fault("is for an act that loses a region; a planned move leaves nothing behind, as its certificate"
                            + " proves, and a link switches nothing");
        }
        return new Targets(
                optional(targets.at("rto"), field -> field.time(Duration.ofMillis(1), LONGEST)),
                optional(targets.at("rpo"), ScenarioReader::rows),
                optional(targets.at("failedRequests"), field -> field.number(0, MOST)));
    }

    private static long rows(Field field) {
        return field.read(
                        text -> LossBound.read(text)
                                .filter(bound -> bound.millis().isEmpty())
                                .flatMap(LossBound::rows),
                        "a number of rows, such as 0rows or 500rows")
                .orElse(0L);
    }

    private static OptionalDouble share(Field field) {
        return field.there() ? OptionalDouble.of(field.share()) : OptionalDouble.empty();
    }

    private static <T> Optional<T> optional(Field field, java.util.function.Function<Field, T> reading) {
        return field.there() ? Optional.of(reading.apply(field)) : Optional.empty();
    }
}
