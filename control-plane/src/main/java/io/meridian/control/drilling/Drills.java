package io.meridian.control.drilling;

import java.time.Instant;
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
 * {@link #WHOLE} have their lines and reports of at most {@link #LONGEST_REPORT} characters, and {@link #SCHEDULES} schedules with their newest outcomes. Together some
 * 5 MB at the very most, where each report is as long as it may be.
 *
 * @param all oldest first
 * @param made also the number in the newest one's id
 * @param schedules by name, at most {@link #SCHEDULES}
 * @param tally of all schedules that ever were
 */
public record Drills(
        SortedMap<String, DrillScenario> scenarios,
        List<Drill> all,
        long made,
        SortedMap<String, DrillSchedule> schedules,
        Tally tally) {
    public static final int SCENARIOS = 50;
    public static final int SCHEDULES = 100;
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
        schedules = Collections.unmodifiableSortedMap(new TreeMap<>((Map<String, DrillSchedule>) schedules));
    }

    /** What became of the times that schedules said. */
    public record Tally(long started, long skipped) {
        public static Tally none() {
            return new Tally(0, 0);
        }
    }

    public static Drills none() {
        return new Drills(new TreeMap<>(), List.of(), 0, new TreeMap<>(), Tally.none());
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
        return new Drills(next, all, made, schedules, tally);
    }

    public Drills withoutScenario(String name) {
        var next = new TreeMap<>((Map<String, DrillScenario>) scenarios);
        next.remove(name);
        return new Drills(next, all, made, schedules, tally);
    }

    /** A new one, or what became of one. */
    public Drills with(Drill changed) {
        var next = new ArrayList<>(all);
        next.replaceAll(drill -> drill.id().equals(changed.id()) ? changed : drill);
        boolean known = find(changed.id()).isPresent();
        if (!known) {
            next.add(changed);
        }
        return new Drills(scenarios, bounded(next), known ? made : made + 1, schedules, tally);
    }

    /** Of another control plane's state, whose runner will not report here. */
    public Drills restored(Instant now) {
        var next = new TreeMap<>((Map<String, DrillSchedule>) schedules);
        next.replaceAll((_, schedule) -> schedule.restored(now));
        return new Drills(scenarios, all.stream().filter(Drill::over).toList(), made, next, tally);
    }

    public Optional<DrillSchedule> schedule(String name) {
        return Optional.ofNullable(schedules.get(name));
    }

    /** The schedule that has asked for this drill, and decides for how long it waits. */
    public Optional<DrillSchedule> scheduling(Drill drill) {
        return schedules.values().stream()
                .filter(schedule -> schedule.declared().enabled())
                .filter(schedule -> schedule.attempt()
                        .filter(attempt -> attempt.drill().equals(drill.id()))
                        .isPresent())
                .findFirst();
    }

    /** A new one, or what became of one. */
    public Drills with(DrillSchedule changed) {
        Optional<DrillSchedule> before = schedule(changed.name());
        var next = new TreeMap<>((Map<String, DrillSchedule>) schedules);
        next.put(changed.name(), changed);
        return new Drills(
                scenarios,
                all,
                made,
                next,
                new Tally(
                        tally.started()
                                + changed.started()
                                - before.map(DrillSchedule::started).orElse(0L),
                        tally.skipped()
                                + changed.skipped()
                                - before.map(DrillSchedule::skipped).orElse(0L)));
    }

    public Drills withoutSchedule(String name) {
        var next = new TreeMap<>((Map<String, DrillSchedule>) schedules);
        next.remove(name);
        return new Drills(scenarios, all, made, next, tally);
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
