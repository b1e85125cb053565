package io.meridian.control.automatic;

import io.meridian.control.access.Actor;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decision;
import io.meridian.control.failover.MaxLoss;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.EventApplier;
import io.meridian.control.switching.Plan;
import io.meridian.topology.FailoverPolicy;
import io.meridian.topology.FailoverRules;
import io.meridian.topology.Limits;
import io.meridian.topology.LossBound;
import io.meridian.topology.RegionId;
import io.meridian.topology.SafetyRules;
import io.meridian.topology.StoreId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Regions with an agent each, and a leader that looks at them; east is the one that is lost. */
final class LossLab {
    static final RegionId EAST = RegionId.of("east");
    static final RegionId WEST = RegionId.of("west");
    static final RegionId NORTH = RegionId.of("north");
    static final Duration WINDOW = Duration.ofSeconds(5);
    static final FailoverPolicy AUTO =
            new FailoverPolicy(FailoverPolicy.Mode.AUTO, new LossBound(Optional.empty(), Optional.of(60_000L)));

    private static final Plan.MoveLimits LIMITS = new Plan.MoveLimits(
            Duration.ofSeconds(2), Duration.ofSeconds(30), 32, Optional.empty(), Optional.empty(), false, 4);

    private final LossWatch watch = new LossWatch();
    private final List<RegionId> regions;
    private ControlState state = ControlState.empty();
    private Instant now = Instant.parse("2026-11-27T00:00:00Z");
    private long nanos;
    private int keys;

    private LossLab(List<RegionId> regions) {
        this.regions = regions;
    }

    static LossLab of(FailoverPolicy east, String... more) {
        var regions = new ArrayList<>(List.of(EAST, WEST, NORTH));
        List.of(more).forEach(name -> regions.add(RegionId.of(name)));
        var lab = new LossLab(regions);
        lab.accept(new Command.ApplyTopology("topology", lab.now, lab.topology(east, 2)));
        regions.forEach(region -> {
            lab.renew(region);
            lab.hears(region, 100);
        });
        return lab;
    }

    /** Nobody has heard of east for two windows. */
    static LossLab lost(FailoverPolicy east, String... more) {
        LossLab lab = of(east, more);
        lab.lose(EAST);
        lab.windows(2);
        return lab;
    }

    /** As {@link #lost}, and it is recommended to fail it over. */
    static LossLab advised(FailoverPolicy east, String... more) {
        LossLab lab = lost(east, more);
        lab.advise();
        return lab;
    }

    Topology topology(FailoverPolicy east, int perHour) {
        return new Topology(
                "lab",
                96,
                regions.stream()
                        .map(region -> new Topology.Region(
                                region,
                                region + "-city",
                                OptionalInt.empty(),
                                region.equals(EAST) ? east : FailoverPolicy.DEFAULT))
                        .toList(),
                List.of(new Topology.StoreGroup("main", 4)),
                regions.stream()
                        .map(region -> new Topology.Zone(ZoneId.of(region + "-1"), region, 1, List.of("127.0.0.1:1")))
                        .toList(),
                List.of(new Topology.Service("ledger", List.of("header:x-user-key"))),
                List.of(new Topology.Table("public", "account", "user_key", "main")),
                List.of(),
                List.of(),
                Limits.NONE,
                SafetyRules.NONE,
                List.of(),
                new FailoverRules(WINDOW, perHour));
    }

    ControlState state() {
        return state;
    }

    Topology declared() {
        return state.declared().orElseThrow().topology();
    }

    Instant now() {
        return now;
    }

    String key() {
        return "k-" + ++keys;
    }

    void apply(Event event) {
        state = EventApplier.applyAll(state, List.of(event));
    }

    Decision submit(Command command) {
        Decision decision = Decider.decide(state, command);
        state = EventApplier.applyAll(
                state,
                switch (decision) {
                    case Decision.Accepted accepted -> accepted.events();
                    case Decision.Refused refused -> refused.events();
                });
        return decision;
    }

    Decision.Accepted accept(Command command) {
        return (Decision.Accepted) submit(command);
    }

    void renew(RegionId region) {
        accept(new Command.RenewLease(now, region, "main", "i", 1, Duration.ofSeconds(15)));
    }

    void lapse(RegionId region) {
        apply(new Event.LeaseLapsed(StoreId.of(region.name())));
    }

    /** It tells, once more, for how long it has not heard east. */
    void hears(RegionId region, long silentMillis) {
        tell(region, true, Map.of(EAST, silentMillis));
    }

    void lose(RegionId region) {
        tell(region, false, Map.of());
    }

    void tell(RegionId region, boolean connected, Map<RegionId, Long> silent) {
        var lags = new TreeMap<RegionId, Long>();
        regions.forEach(source -> lags.put(source, 10L));
        accept(new Command.Observe(
                now,
                List.of(new AgentObservation(
                        region,
                        "main",
                        "s-" + region,
                        "n",
                        connected,
                        true,
                        true,
                        true,
                        "",
                        9000,
                        lags,
                        List.of(),
                        0,
                        new AgentObservation.Measures(true, lags, Optional.of(0L)).silent(new TreeMap<>(silent)))),
                List.of()));
    }

    void pass(Duration time) {
        nanos += time.toNanos();
        now = now.plus(time);
    }

    LossWatch.Seen look() {
        return Optional.ofNullable(watch.look(state, declared(), nanos, now).get(EAST))
                .orElseThrow();
    }

    /** Another node leads, or this one once more. */
    void elected() {
        watch.forget();
    }

    /** All others but {@code except} have not heard east and say so twice a window. */
    LossWatch.Seen windows(int count, RegionId... except) {
        LossWatch.Seen seen = silence(except);
        for (int half = 0; half < 2 * count; half++) {
            pass(WINDOW.dividedBy(2));
            seen = silence(except);
        }
        return seen;
    }

    private LossWatch.Seen silence(RegionId... except) {
        for (RegionId region : regions) {
            if (!region.equals(EAST) && !List.of(except).contains(region)) {
                hears(region, 4000);
            }
        }
        return look();
    }

    Command.StartFailover failover() {
        return new Command.StartFailover(
                "automatic-failover-east-1",
                now,
                EAST,
                Optional.empty(),
                new MaxLoss(Optional.empty(), Optional.of(60_000L)),
                false,
                "",
                LIMITS,
                Duration.ofSeconds(15),
                Duration.ofSeconds(3));
    }

    Command.AdviseFailover advice() {
        LossWatch.Seen.Lost lost = (LossWatch.Seen.Lost) look();
        return new Command.AdviseFailover(
                now, new Advice(EAST, lost.since(), lost.sights(), lost.renewals(), failover()));
    }

    void advise() {
        accept(advice());
    }

    List<Hold.Name> holds() {
        return Holds.of(state, declared(), state.automatic().advice(EAST).orElseThrow(), now).stream()
                .map(Hold::name)
                .toList();
    }

    Decision byItself() {
        return submit(new Command.Asked(Actor.AUTOMATIC, "seen", failover()));
    }

    String lastAudit() {
        var entry = state.audit().entries().getLast();
        return entry.who() + ": " + entry.what() + ": " + entry.outcome();
    }
}
