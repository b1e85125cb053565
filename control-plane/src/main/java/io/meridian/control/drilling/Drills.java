package io.meridian.control.drilling;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that is kept of drills. It stands in every snapshot, so everything has a bound: {@link #SCENARIOS} texts of 8 KiB, {@link #KEPT} records, of which the newest
 * {@link #WHOLE} have their lines and reports of at most {@link #LONGEST_REPORT} characters. Together some 4 MB at the very most, where each report is as long as it may
 * be.
 *
 * @param all oldest first
 * @param made also the number in the newest one's id
 */
public record Drills(SortedMap<String, DrillScenario> scenarios, List<Drill> all, long made) {
    public static final int SCENARIOS = 50;
    public static final int LONGEST_REPORT = 1 << 16;
    /** Records of ended drills. */
    static final int KEPT = 200;
    /** Of one scenario about the same region or link. */
    static final int KEPT_OF_ONE = 20;
    /** With lines and report. */
    static final int WHOLE = 40;

    static final int WHOLE_OF_ONE = 10;

    public Drills {
        scenarios = Collections.unmodifiableSortedMap(new TreeMap<>((Map<String, DrillScenario>) scenarios));
        all = List.copyOf(all);
    }

    public static Drills none() {
        return new Drills(new TreeMap<>(), List.of(), 0);
    }

    public Optional<Drill> find(String id) {
        return all.stream().filter(drill -> drill.id().equals(id)).findFirst();
    }

    /** There is one at a time. */
    public Optional<Drill> underWay() {
        return all.stream().filter(drill -> !drill.over()).findFirst();
    }

    public Drills with(DrillScenario scenario) {
        var next = new TreeMap<>((Map<String, DrillScenario>) scenarios);
        next.put(scenario.name(), scenario);
        return new Drills(next, all, made);
    }

    public Drills withoutScenario(String name) {
        var next = new TreeMap<>((Map<String, DrillScenario>) scenarios);
        next.remove(name);
        return new Drills(next, all, made);
    }

    /** A new one, or what became of one. */
    public Drills with(Drill changed) {
        var next = new ArrayList<>(all);
        next.replaceAll(drill -> drill.id().equals(changed.id()) ? changed : drill);
        boolean known = find(changed.id()).isPresent();
        if (!known) {
            next.add(changed);
        }
        return new Drills(scenarios, bounded(next), known ? made : made + 1);
    }

    /** Of another control plane's state, whose runner will not report here. */
    public Drills withoutUnderWay() {
        return new Drills(scenarios, all.stream().filter(Drill::over).toList(), made);
    }

    private static List<Drill> bounded(List<Drill> all) {
        var kept = new ArrayList<Drill>();
        var ofOne = new HashMap<String, Integer>();
        int ended = 0;
        for (Drill drill : all.reversed()) {
            if (!drill.over()) {
                kept.add(drill);
                continue;
            }
            ended++;
            int its = ofOne.merge(drill.scenario() + " " + drill.about(), 1, Integer::sum);
            if (ended <= KEPT && its <= KEPT_OF_ONE) {
                kept.add(ended <= WHOLE && its <= WHOLE_OF_ONE ? drill : drill.brief());
            }
        }
        return kept.reversed();
    }
}
