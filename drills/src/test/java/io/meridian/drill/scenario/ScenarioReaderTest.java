package io.meridian.drill.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ScenarioReaderTest {
    private static final String GOOD = """
        name: mine
        explanation: why
        act:
          lose: {region: east, how: cut-off, maxLoss: 500rows|2s}
        duration: 1500ms
        guards: {failedRequests: 12.5%, linkLag: 2m}
        targets: {rto: 20s, rpo: 0rows}
        """;

    @Test
    void whatIsWrittenIsRead() {
        Scenario scenario = read(GOOD);

        assertThat(scenario.act()).isEqualTo(new Act.Lose("east", Act.How.CUT_OFF, "500rows|2s"));
        assertThat(scenario.duration()).isEqualTo(Duration.ofMillis(1500));
        assertThat(scenario.guards().failedRequests()).hasValue(0.125);
        assertThat(scenario.guards().unavailableShards()).isEmpty();
        assertThat(scenario.guards().linkLag()).contains(Duration.ofMinutes(2));
        assertThat(scenario.targets().rpoRows()).contains(0L);
        assertThat(scenario.targets().failedRequests()).isEqualTo(Optional.empty());
        assertThat(scenario.probe()).isEqualTo(Scenario.Probe.USUAL);
        assertThat(scenario.text()).isEqualTo(GOOD);
    }

    @Test
    void theCatalogueHasThreeThatAreExplained() {
        assertThat(Catalogue.all())
                .extracting(Scenario::name)
                .containsExactly("lose-region", "evacuate-region", "lose-link");
        assertThat(Catalogue.all())
                .allSatisfy(scenario -> assertThat(scenario.explanation()).contains("You learn"));
        assertThat(Catalogue.named("lose-regio")).isEmpty();
    }

    record Bad(String what, String instead, String by, String... says) {
        @Override
        public String toString() {
            return instead + " -> " + by;
        }
    }

    static final List<Bad> BAD = List.of(
            new Bad(
                    "unknown field",
                    "guards: {",
                    "gards: {}\nguards: {",
                    "gards: is not known; known here: act, duration"),
            new Bad("unknown field inside", "failedRequests:", "failedRequest:", "guards.failedRequest: is not known"),
            new Bad(
                    "wrong unit",
                    "duration: 1500ms",
                    "duration: 20 seconds",
                    "duration: '20 seconds' is not a time from 1s to 60m"),
            new Bad("no unit", "duration: 1500ms", "duration: 20", "duration: '20' is not a time"),
            new Bad("too long", "duration: 1500ms", "duration: 61m", "duration: '61m' is not a time from 1s to 60m"),
            new Bad("missing", "duration: 1500ms\n", "", "duration: is missing; it is a time"),
            new Bad("over 100 %", "12.5%", "101%", "guards.failedRequests: '101%' is not a share from 0% to 100%"),
            new Bad("no share", "12.5%", "0.125", "guards.failedRequests: '0.125' is not a share"),
            new Bad("rows in a time", "rpo: 0rows", "rpo: 2s", "targets.rpo: '2s' is not a number of rows"),
            new Bad(
                    "a word of another",
                    "how: cut-off",
                    "how: burn",
                    "act.lose.how: 'burn' is not one of cut-off, kill"),
            new Bad("no bound", "500rows|2s", "little", "act.lose.maxLoss: 'little' is not rows, a time, or both"),
            new Bad("no name", "region: east", "region: East!", "act.lose.region: 'East!' is not a name"),
            new Bad("two acts", "act:", "act:\n  evacuate: {region: east}", "act: names 2 acts; exactly one of"),
            new Bad("twice", "name: mine", "name: mine\nname: yours", "not YAML: Duplicate field 'name'"),
            new Bad("no object", "targets: {rto: 20s, rpo: 0rows}", "targets: 20s", "targets: is no object"),
            new Bad(
                    "rpo without a loss",
                    "lose: {region: east, how: cut-off, maxLoss: 500rows|2s}",
                    "evacuate: {region: east}",
                    "targets.rpo: is for an act that loses a region"),
            new Bad(
                    "link to itself",
                    "lose: {region: east, how: cut-off, maxLoss: 500rows|2s}",
                    "link: {from: east, to: east, direction: both-ways, down: true}",
                    "act.link.to: is 'east', as from is"),
            new Bad(
                    "down and slow",
                    "lose: {region: east, how: cut-off, maxLoss: 500rows|2s}",
                    "link: {from: east, to: west, direction: one-way, down: true, delay: 2s}",
                    "act.link: has either"),
            new Bad(
                    "down: false",
                    "lose: {region: east, how: cut-off, maxLoss: 500rows|2s}",
                    "link: {from: east, to: west, direction: one-way, down: false}",
                    "act.link.down: 'false' is not true"),
            new Bad(
                    "many at once",
                    "1500ms\nguards: {failedRequests: 12.5%",
                    "0s\nguards: {failedRequests: x",
                    "duration: '0s'",
                    "guards.failedRequests: 'x'"));

    @ParameterizedTest
    @FieldSource("BAD")
    void whatIsWrongIsToldWithItsPath(Bad bad) {
        assertThat(GOOD).contains(bad.what().isEmpty() ? "" : bad.instead());

        ScenarioReader.Reading reading = ScenarioReader.read(GOOD.replace(bad.instead(), bad.by()));

        assertThat(reading).isInstanceOfSatisfying(ScenarioReader.Reading.Refused.class, refused -> {
            String all = String.join("\n", refused.faults());
            assertThat(all).contains(bad.says());
        });
    }

    @Test
    void whatIsNoDocumentIsRefused() {
        assertThat(ScenarioReader.read("")).isInstanceOf(ScenarioReader.Reading.Refused.class);
        assertThat(ScenarioReader.read("- 1")).isInstanceOf(ScenarioReader.Reading.Refused.class);
        assertThat(ScenarioReader.read("a: [")).isInstanceOf(ScenarioReader.Reading.Refused.class);
    }

    private static Scenario read(String text) {
        return switch (ScenarioReader.read(text)) {
            case ScenarioReader.Reading.Read read -> read.scenario();
            case ScenarioReader.Reading.Refused refused -> throw new AssertionError(refused.faults());
        };
    }
}
