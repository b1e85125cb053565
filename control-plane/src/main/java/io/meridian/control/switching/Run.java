package io.meridian.control.switching;

import io.meridian.control.certificate.Seal;
import io.meridian.control.failover.Failover;
import io.meridian.control.state.Event;
import io.meridian.topology.ShardId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A move that was started, with all that has happened to it.
 *
 * @param wave the present one, counted from 1
 * @param cancelled no further wave is started
 * @param steps oldest first; the last one lasts while the run does
 * @param problem why it did not do what it was asked to, or what a person has to look at
 * @param handling what people said of how it goes on
 * @param failover what one of kind FAILOVER is about
 * @param proofs what is known of each shard that was withdrawn, for the certificate
 */
public record Run(
        String id,
        Plan plan,
        SwitchState state,
        int wave,
        boolean cancelled,
        List<Step> steps,
        Optional<String> problem,
        Counts counts,
        Instant startedAt,
        Optional<Instant> endedAt,
        SortedMap<ShardId, Proof> proofs,
        Optional<Certificate> certificate,
        Handling handling,
        Optional<Failover> failover) {

    /** @param ended absent while it lasts */
    public record Step(StateName name, int wave, Instant started, Optional<Instant> ended, String note) {
        Step ended(Instant at) {
            return ended.isPresent() ? this : new Step(name, wave, started, Optional.of(at), note);
        }

        Step noted(String more) {
            if (more.isEmpty()) {
                return this;
            }
            return new Step(name, wave, started, ended, note.isEmpty() ? more : note + "; " + more);
        }
    }

    /**
     * @param moved at the new zone
     * @param rolledBack withdrawn, and granted to their old owner again
     */
    public record Counts(int moved, int rolledBack) {}

    public Run {
        steps = List.copyOf(steps);
        proofs = Collections.unmodifiableSortedMap(new TreeMap<>((Map<ShardId, Proof>) proofs));
    }

    public static Run planned(String id, Plan plan, Instant now) {
        return planned(id, plan, Handling.none(), now);
    }

    static Run planned(String id, Plan plan, Handling handling, Instant now) {
        return planned(id, plan, handling, Optional.empty(), now);
    }

    public static Run planned(String id, Plan plan, Failover failover, Instant now) {
        return planned(id, plan, Handling.none(), Optional.of(failover), now);
    }

    private static Run planned(String id, Plan plan, Handling handling, Optional<Failover> failover, Instant now) {
        return new Run(
                id,
                plan,
                new SwitchState.Planned(),
                1,
                false,
                List.of(new Step(StateName.PLANNED, 1, now, Optional.empty(), "plan " + plan.hash())),
                Optional.empty(),
                new Counts(0, 0),
                now,
                Optional.empty(),
                new TreeMap<>(),
                Optional.empty(),
                handling,
                failover);
    }

    public boolean ended() {
        return state.ended();
    }

    public Plan.Wave presentWave() {
        return plan.wave(wave);
    }

    public boolean lastWave() {
        return wave == plan.waves().size();
    }

    public int untouched() {
        return plan.shardCount() - counts.moved() - counts.rolledBack();
    }

    /** The present wave's move of {@code shard}. */
    public Optional<Plan.ShardMove> presentMove(ShardId shard) {
        return presentWave().moves().stream()
                .filter(move -> move.shard().equals(shard))
                .findFirst();
    }

    /** A new step begins; {@link SwitchTable} must have it. */
    public Run entered(Event.RunEntered entered) {
        boolean next = entered.wave() == wave + 1 && !lastWave();
        if ((entered.wave() != wave && !next) || !SwitchTable.allows(state, entered.state(), !next)) {
            throw new IllegalStateException(id + " goes from " + state + " of wave " + wave + " to " + entered.state()
                    + " of wave " + entered.wave());
        }
        var all = new ArrayList<>(steps);
        all.set(all.size() - 1, all.getLast().ended(entered.now()).noted(entered.ended()));
        Optional<Instant> end = entered.state().ended() ? Optional.of(entered.now()) : Optional.empty();
        all.add(new Step(entered.state().name(), entered.wave(), entered.now(), end, ""));
        return new Run(
                id,
                plan,
                entered.state(),
                entered.wave(),
                cancelled,
                all,
                entered.problem().isEmpty() ? problem : Optional.of(entered.problem()),
                entered.counts(),
                startedAt,
                end,
                proofs,
                certificate,
                handling,
                failover);
    }

    /** The step goes on, but knows more. */
    public Run advanced(SwitchState next, String note) {
        if (state.name() != next.name()) {
            throw new IllegalStateException(id + " slips from " + state + " to " + next);
        }
        return copy(next, cancelled, noted(note), proofs, certificate);
    }

    public Run cancelledWith(String note) {
        return copy(state, true, noted(note), proofs, certificate);
    }

    /** @param problemNow empty: none any more */
    public Run handledAs(Handling next, String note, String problemNow) {
        return new Run(
                id,
                plan,
                state,
                wave,
                cancelled,
                noted(note),
                problemNow.isEmpty() ? Optional.empty() : Optional.of(problemNow),
                counts,
                startedAt,
                endedAt,
                proofs,
                certificate,
                next,
                failover);
    }

    public Run failingOver(Failover next) {
        return with(plan, steps, Optional.of(next));
    }

    /** @param next the same moves to other targets */
    public Run retargeted(Plan next, String note) {
        return with(next, noted(note), failover);
    }

    private Run with(Plan nextPlan, List<Step> nextSteps, Optional<Failover> nextFailover) {
        return new Run(
                id,
                nextPlan,
                state,
                wave,
                cancelled,
                nextSteps,
                problem,
                counts,
                startedAt,
                endedAt,
                proofs,
                certificate,
                handling,
                nextFailover);
    }

    /** Waits between two waves, because that was asked for. */
    boolean resting() {
        return state instanceof SwitchState.Prepared prepared
                && wave > 1
                && !prepared.rested()
                && plan.limits().rest().filter(Duration::isPositive).isPresent();
    }

    /** The present wave was not begun, or there is one after it. */
    boolean hasWaveToStart() {
        return state instanceof SwitchState.Planned || state instanceof SwitchState.Prepared || !lastWave();
    }

    public Run proven(List<Proof> more) {
        var all = new TreeMap<>((Map<ShardId, Proof>) proofs);
        more.forEach(proof -> all.put(proof.shard(), proof));
        return copy(state, cancelled, steps, all, certificate);
    }

    public Run certified(Certificate issued) {
        return copy(state, cancelled, steps, new TreeMap<>(), Optional.of(issued));
    }

    /** {@code seal} is of the certificate that it has. */
    public Run sealed(Seal seal) {
        return copy(state, cancelled, steps, proofs, certificate.map(issued -> issued.sealed(seal)));
    }

    private List<Step> noted(String note) {
        var all = new ArrayList<>(steps);
        all.set(all.size() - 1, all.getLast().noted(note));
        return all;
    }

    private Run copy(
            SwitchState nextState,
            boolean nextCancelled,
            List<Step> nextSteps,
            SortedMap<ShardId, Proof> nextProofs,
            Optional<Certificate> nextCertificate) {
        return new Run(
                id,
                plan,
                nextState,
                wave,
                nextCancelled,
                nextSteps,
                problem,
                counts,
                startedAt,
                endedAt,
                nextProofs,
                nextCertificate,
                handling,
                failover);
    }
}
