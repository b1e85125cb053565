package io.meridian.control.switching;

import static io.meridian.control.switching.Place.ACTIVATED;
import static io.meridian.control.switching.Place.ACTIVATED_STUCK;
import static io.meridian.control.switching.Place.ALIGNING;
import static io.meridian.control.switching.Place.CATCHING_UP;
import static io.meridian.control.switching.Place.DONE;
import static io.meridian.control.switching.Place.EXPIRING;
import static io.meridian.control.switching.Place.FENCING;
import static io.meridian.control.switching.Place.GATHERING;
import static io.meridian.control.switching.Place.GATHERING_STUCK;
import static io.meridian.control.switching.Place.HOLDING;
import static io.meridian.control.switching.Place.PLANNED;
import static io.meridian.control.switching.Place.PREPARED;
import static io.meridian.control.switching.Place.ROLLED_BACK;
import static io.meridian.control.switching.Place.ROLLING_BACK;
import static io.meridian.control.switching.Place.ROLLING_BACK_STUCK;
import static io.meridian.control.switching.Place.ROUTED;
import static io.meridian.control.switching.Place.SUPERSEDED;

import io.meridian.control.failover.LeaseTerm;
import io.meridian.control.state.ControlState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The table of PROTOCOL 5: which place may follow which, and how long each may last. {@link SwitchDecider} says when; the applier refuses
 * whatever does not stand here. ARCHITECTURE.md's drawing is written from it.
 */
public final class SwitchTable {
    /** What may pass while a run waits. */
    public enum Deadline {
        /** What was nice to have is waited for no longer; it is recorded. */
        PATIENCE,
        /** What was needed did not come: the run turns back, or calls for a person. */
        LIMIT
    }

    /** @param within one wave; false: what follows is the next wave's */
    public record Row(Place from, Place to, boolean within, String when) {}

    /**
     * @param when of the runs at this place, for which it counts
     * @param after empty: no such time was asked for. Counted from entering the place, on the leader's monotonic clock; a new leader counts from its own election
     */
    public record Timed(
            Place place, Deadline deadline, Predicate<Run> when, Function<Run, Optional<Duration>> after, String then) {
        Timed(Place place, Deadline deadline, Duration after, String then) {
            this(place, deadline, _ -> true, _ -> Optional.of(after), then);
        }
    }

    public record Limit(Deadline deadline, Duration after) {}

    /** Envoys that do not answer cannot be waited for: routing is the fast path, the fence is the guarantee. */
    static final Duration ENVOY_PATIENCE = Duration.ofSeconds(2);

    /** A barrier that takes longer than this would hold requests longer than clients wait. */
    static final Duration HOLD_LIMIT = Duration.ofSeconds(10);

    /** Somebody has just asked for it and looks on. */
    static final Duration FIRST_WAVE_LIMIT = Duration.ofSeconds(15);

    /** Nothing is held meanwhile, and an agent or a router that is restarted, on another machine perhaps, should not stop a long run. */
    static final Duration NEXT_WAVE_LIMIT = Duration.ofSeconds(60);

    static final Duration FENCE_LIMIT = Duration.ofSeconds(20);
    static final Duration PROOF_LIMIT = Duration.ofSeconds(20);

    /** Past this a region that does not answer is a person's business; the run goes on by itself if it answers after all. */
    static final Duration OPEN_LIMIT = Duration.ofSeconds(60);

    /** A survivor that does not answer must not keep all others' writes; what it alone had becomes orphans. */
    static final Duration GATHER_PATIENCE = Duration.ofSeconds(2);

    static final Duration GATHER_LIMIT = Duration.ofSeconds(60);

    /** Whoever should give the rest may be as lost as the region. */
    static final Duration ALIGN_LIMIT = Duration.ofSeconds(30);

    static final List<Row> ROWS = List.of(
            within(PLANNED, PREPARED, "started"),
            within(PREPARED, HOLDING, "gates open"),
            within(PREPARED, ROUTED, "gates open and all inside one region, so routing only"),
            within(PREPARED, ROLLED_BACK, "cancelled, or gates closed too long"),
            within(HOLDING, FENCING, "every router holds, and Envoys ACKed or patience is over"),
            within(HOLDING, ROLLED_BACK, "cancelled, or a router does not hold, so unfrozen"),
            within(FENCING, CATCHING_UP, "every CLOSE(e) reported"),
            within(FENCING, ROLLING_BACK, "cancelled, or closing lasts"),
            within(CATCHING_UP, ACTIVATED, "the new region applied every CLOSE(e)"),
            within(CATCHING_UP, ROLLING_BACK, "cancelled, or it does not catch up"),
            within(ACTIVATED, ROUTED, "every OPEN(e+2) committed"),
            within(ACTIVATED, ACTIVATED_STUCK, "opening lasts"),
            within(ACTIVATED_STUCK, ACTIVATED, "a person retries"),
            within(ACTIVATED_STUCK, ROUTED, "every OPEN(e+2) committed after all"),
            within(ROUTED, DONE, "last wave, and proofs are in or their time is over"),
            next(ROUTED, PREPARED, "next wave, when Envoys ACKed or patience is over"),
            within(ROLLING_BACK, ROLLED_BACK, "the old region's every OPEN(e+2) committed"),
            within(ROLLING_BACK, ROLLING_BACK_STUCK, "closing or opening lasts"),
            within(ROLLING_BACK_STUCK, ROLLING_BACK, "a person retries"),
            within(ROLLING_BACK_STUCK, ROLLED_BACK, "the old region's every OPEN(e+2) committed after all"),
            within(PLANNED, EXPIRING, "a region is lost: a failover"),
            within(EXPIRING, GATHERING, "its leases are over, and what they admitted is, too"),
            within(
                    GATHERING,
                    ALIGNING,
                    "every survivor answered, or patience is over and each shard has an owner to be"),
            within(GATHERING, GATHERING_STUCK, "no usable answer, or more would be lost than may be"),
            within(GATHERING_STUCK, GATHERING, "a person retries: next attempt"),
            within(GATHERING_STUCK, ALIGNING, "the answers suffice after all"),
            within(ALIGNING, ACTIVATED, "the new owner's head is at the cut"),
            within(ALIGNING, GATHERING, "a new owner or a holder is gone, or it lasts: next attempt"),
            within(EXPIRING, SUPERSEDED, "another region is lost, and owns what was taken over"),
            within(GATHERING, SUPERSEDED, "another region is lost whose CLOSE or OPEN is awaited"),
            within(GATHERING_STUCK, SUPERSEDED, "another region is lost whose CLOSE or OPEN is awaited"),
            within(ALIGNING, SUPERSEDED, "another region is lost whose OPEN is awaited"),
            within(FENCING, SUPERSEDED, "the old region is lost"),
            within(CATCHING_UP, SUPERSEDED, "the old region is lost"),
            within(ACTIVATED, SUPERSEDED, "the new region is lost"),
            within(ACTIVATED_STUCK, SUPERSEDED, "the new region is lost"),
            within(ROLLING_BACK, SUPERSEDED, "the old region is lost"),
            within(ROLLING_BACK_STUCK, SUPERSEDED, "the old region is lost"));

    static final List<Timed> TIMES = List.of(
            new Timed(
                    PREPARED,
                    Deadline.PATIENCE,
                    Run::resting,
                    run -> run.plan().limits().rest(),
                    "the pause between waves is over"),
            new Timed(
                    PREPARED,
                    Deadline.LIMIT,
                    run -> !run.resting() && run.wave() == 1,
                    _ -> Optional.of(FIRST_WAVE_LIMIT),
                    "the first wave ends"),
            new Timed(
                    PREPARED,
                    Deadline.LIMIT,
                    run -> !run.resting() && run.wave() > 1,
                    _ -> Optional.of(NEXT_WAVE_LIMIT),
                    "a later one pauses or ends"),
            new Timed(HOLDING, Deadline.PATIENCE, ENVOY_PATIENCE, "goes on without late Envoys, recorded"),
            new Timed(HOLDING, Deadline.LIMIT, HOLD_LIMIT, "unfreezes"),
            new Timed(FENCING, Deadline.LIMIT, FENCE_LIMIT, "rolls back"),
            new Timed(
                    CATCHING_UP,
                    Deadline.LIMIT,
                    _ -> true,
                    run -> Optional.of(run.plan().limits().catchUp()),
                    "rolls back"),
            new Timed(ACTIVATED, Deadline.LIMIT, OPEN_LIMIT, "calls a person"),
            new Timed(ROUTED, Deadline.PATIENCE, ENVOY_PATIENCE, "goes on without late Envoys, recorded"),
            new Timed(ROUTED, Deadline.LIMIT, PROOF_LIMIT, "certifies what is known"),
            new Timed(ROLLING_BACK, Deadline.LIMIT, OPEN_LIMIT, "calls a person"),
            new Timed(
                    EXPIRING,
                    Deadline.PATIENCE,
                    run -> run.state() instanceof SwitchState.Expiring expiring && expiring.expired(),
                    run -> run.failover().map(lost -> LeaseTerm.settled(lost.transactionLimit())),
                    "T_tx(1+2r)+K after the leases' end: what they admitted has committed or never will"),
            new Timed(GATHERING, Deadline.PATIENCE, GATHER_PATIENCE, "goes on without those that did not answer"),
            new Timed(GATHERING, Deadline.LIMIT, GATHER_LIMIT, "calls a person"),
            new Timed(ALIGNING, Deadline.LIMIT, ALIGN_LIMIT, "gathers anew"));

    private SwitchTable() {}

    private static Row within(Place from, Place to, String when) {
        return new Row(from, to, true, when);
    }

    private static Row next(Place from, Place to, String when) {
        return new Row(from, to, false, when);
    }

    /** @param within both are of the same wave */
    static boolean allows(SwitchState from, SwitchState to, boolean within) {
        Place here = Place.of(from);
        Place there = Place.of(to);
        return ROWS.stream().anyMatch(row -> row.from() == here && row.to() == there && row.within() == within);
    }

    /** How long {@code run} may stay where it is. While it is kept from starting on purpose no time runs. */
    public static List<Limit> limits(ControlState state, Run run) {
        Place here = Place.of(run.state());
        boolean kept = run.handling().paused() || state.safety().brake().isPresent();
        if (here == PREPARED && kept) {
            return List.of();
        }
        return TIMES.stream()
                .filter(timed -> timed.place() == here)
                .filter(timed -> timed.when().test(run))
                .flatMap(timed -> timed.after().apply(run).stream().map(after -> new Limit(timed.deadline(), after)))
                .toList();
    }
}
