package io.meridian.control.drilling;

import io.meridian.control.state.ControlState;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How well drills have shown that a region bears what scenarios do to it. Of each scenario the newest drill about the region decides, and what it showed wears off:
 * whole for {@link #WHOLE} after a pass, nothing from {@link #GONE} on, evenly less between. What did not pass shows nothing, and what was skipped was no drill.
 *
 * @param score 0 to 100, the mean of all scenarios; empty: none is about the region
 * @param scenarios by name
 */
public record Readiness(RegionId region, OptionalInt score, List<Cell> scenarios) {
    public static final Duration WHOLE = Duration.ofDays(30);
    public static final Duration GONE = Duration.ofDays(90);
    private static final int FULL = 100;

    public Readiness {
        scenarios = List.copyOf(scenarios);
    }

    /** @param score 0 to 100 @param drill that decides; empty: there was none @param why in words */
    public record Cell(String scenario, int score, Optional<Drill> drill, String why) {}

    /** Of every region of the topology, in its order. */
    public static List<Readiness> of(ControlState state, Instant now) {
        return state.declared()
                .map(declared -> declared.topology().regions().stream()
                        .map(Topology.Region::id)
                        .map(region -> of(state.drills(), region, now))
                        .toList())
                .orElse(List.of());
    }

    private static Readiness of(Drills drills, RegionId region, Instant now) {
        var cells = new ArrayList<Cell>();
        for (DrillScenario scenario : drills.scenarios().values()) {
            if (scenario.document().act().ofAnyRegion()
                    || scenario.document().regions().contains(region)) {
                cells.add(cell(scenario, newest(drills, scenario, region), now));
            }
        }
        int sum = cells.stream().mapToInt(Cell::score).sum();
        return new Readiness(region, cells.isEmpty() ? OptionalInt.empty() : OptionalInt.of(sum / cells.size()), cells);
    }

    private static Optional<Drill> newest(Drills drills, DrillScenario scenario, RegionId region) {
        return drills.all().reversed().stream()
                .filter(drill -> drill.over() && drill.state() != Drill.State.SKIPPED)
                .filter(drill -> drill.scenario().equals(scenario.name())
                        && drill.regions().contains(region))
                .findFirst();
    }

    private static Cell cell(DrillScenario scenario, Optional<Drill> newest, Instant now) {
        if (newest.isEmpty()) {
            return new Cell(scenario.name(), 0, newest, "never drilled");
        }
        Drill drill = newest.get();
        Instant at = drill.ending().map(Drill.Ending::at).orElse(drill.askedAt());
        Duration age = Duration.between(at, now).isNegative() ? Duration.ZERO : Duration.between(at, now);
        String when = drill.id() + " " + age(age);
        if (drill.state() != Drill.State.PASSED) {
            return new Cell(
                    scenario.name(),
                    0,
                    newest,
                    "the newest, " + when + ", was " + drill.state().name().toLowerCase(Locale.ROOT)
                            + ", which shows nothing");
        }
        if (!drill.sha256().equals(scenario.sha256())) {
            return new Cell(
                    scenario.name(),
                    0,
                    newest,
                    "the newest, " + when + ", passed another text of the scenario than there is now, which is version "
                            + scenario.version());
        }
        int score = score(age);
        String worth = score == FULL
                ? "counts whole until " + at.plus(WHOLE)
                : score > 0 ? "wears off until " + at.plus(GONE) : "is longer ago than " + GONE.toDays() + " days";
        return new Cell(scenario.name(), score, newest, "the newest, " + when + ", passed and " + worth);
    }

    static int score(Duration age) {
        if (age.compareTo(WHOLE) <= 0) {
            return FULL;
        }
        long left = Math.max(0, GONE.minus(age).toSeconds());
        return (int) (FULL * left / GONE.minus(WHOLE).toSeconds());
    }

    private static String age(Duration age) {
        long days = age.toDays();
        return days == 0 ? "less than a day ago" : days + (days == 1 ? " day ago" : " days ago");
    }
}
