package io.meridian.control.switching;

import static io.meridian.control.switching.StateName.ACTIVATED;
import static io.meridian.control.switching.StateName.CATCHING_UP;
import static io.meridian.control.switching.StateName.DONE;
import static io.meridian.control.switching.StateName.FENCING;
import static io.meridian.control.switching.StateName.HOLDING;
import static io.meridian.control.switching.StateName.NEEDS_OPERATOR;
import static io.meridian.control.switching.StateName.PLANNED;
import static io.meridian.control.switching.StateName.PREPARED;
import static io.meridian.control.switching.StateName.ROLLED_BACK;
import static io.meridian.control.switching.StateName.ROLLING_BACK;
import static io.meridian.control.switching.StateName.ROUTED;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The table of PROTOCOL 5: which state may follow which, and how long each may last. {@link SwitchDecider} says when; the applier refuses
 * whatever does not stand here.
 */
public final class SwitchTable {
    /** What may pass while a run waits. */
    public enum Deadline {
        /** What was nice to have is waited for no longer; it is recorded. */
        PATIENCE,
        /** What was needed did not come: the run turns back, or calls for a person. */
        LIMIT
    }

    /** @param after counted from entering the state, on the leader's monotonic clock; a new leader counts from its own election */
    public record Limit(Deadline deadline, Duration after) {}

    /** Envoys that do not answer cannot be waited for: routing is the fast path, the fence is the guarantee. */
    static final Duration ENVOY_PATIENCE = Duration.ofSeconds(2);

    /** A barrier that takes longer than this would hold requests longer than clients wait. */
    static final Duration HOLD_LIMIT = Duration.ofSeconds(10);

    static final Duration PREPARE_LIMIT = Duration.ofSeconds(15);
    static final Duration FENCE_LIMIT = Duration.ofSeconds(20);
    static final Duration PROOF_LIMIT = Duration.ofSeconds(20);

    /** Past this a region that does not answer is a person's business; the run goes on by itself if it answers after all. */
    static final Duration OPEN_LIMIT = Duration.ofSeconds(60);

    private static final Map<StateName, Set<StateName>> NEXT = Map.ofEntries(
            Map.entry(PLANNED, Set.of(PREPARED)),
            Map.entry(PREPARED, Set.of(HOLDING, ROUTED, ROLLED_BACK)),
            Map.entry(HOLDING, Set.of(FENCING, ROLLED_BACK)),
            Map.entry(FENCING, Set.of(CATCHING_UP, ROLLING_BACK)),
            Map.entry(CATCHING_UP, Set.of(ACTIVATED, ROLLING_BACK)),
            Map.entry(ACTIVATED, Set.of(ROUTED, NEEDS_OPERATOR)),
            Map.entry(ROUTED, Set.of(HOLDING, ROUTED, DONE, ROLLED_BACK)),
            Map.entry(ROLLING_BACK, Set.of(ROLLED_BACK, NEEDS_OPERATOR)),
            Map.entry(NEEDS_OPERATOR, Set.of(ROUTED, ROLLED_BACK)),
            Map.entry(DONE, Set.of()),
            Map.entry(ROLLED_BACK, Set.of()));

    private SwitchTable() {}

    public static boolean allows(StateName from, StateName to) {
        return next(from).contains(to);
    }

    public static Set<StateName> next(StateName from) {
        Set<StateName> next = NEXT.get(from);
        if (next == null) {
            throw new IllegalStateException("no row for " + from);
        }
        return next;
    }

    /** How long {@code run} may stay where it is. */
    public static List<Limit> limits(Run run) {
        return switch (run.state()) {
            case SwitchState.Prepared _ -> List.of(new Limit(Deadline.LIMIT, PREPARE_LIMIT));
            case SwitchState.Holding _ ->
                List.of(new Limit(Deadline.PATIENCE, ENVOY_PATIENCE), new Limit(Deadline.LIMIT, HOLD_LIMIT));
            case SwitchState.Fencing _ -> List.of(new Limit(Deadline.LIMIT, FENCE_LIMIT));
            case SwitchState.CatchingUp _ ->
                List.of(new Limit(Deadline.LIMIT, run.plan().limits().catchUp()));
            case SwitchState.Activated _, SwitchState.RollingBack _ -> List.of(new Limit(Deadline.LIMIT, OPEN_LIMIT));
            case SwitchState.Routed _ ->
                List.of(new Limit(Deadline.PATIENCE, ENVOY_PATIENCE), new Limit(Deadline.LIMIT, PROOF_LIMIT));
            case SwitchState.Planned _, SwitchState.NeedsOperator _, SwitchState.Done _, SwitchState.RolledBack _ ->
                List.of();
        };
    }
}
