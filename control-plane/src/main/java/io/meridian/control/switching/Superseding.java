package io.meridian.control.switching;

import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.RegionLease;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Ownership;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What becomes of the runs under way when a region is lost. Whatever would wait for the region, or give it something, ends; a wave whose ownership
 * was changed on the way from or to it is taken over as it stands, because nobody else can finish it.
 *
 * @param events that end them, or keep them from going on
 * @param taken the whole present waves of those that are superseded, each with the run that had it
 * @param targets where these shards go, unless their owner is lost, too
 * @param proofs what is known of those that were granted already
 */
public record Superseding(
        List<Event> events,
        SortedMap<ShardId, String> taken,
        SortedMap<ShardId, Plan.Target> targets,
        List<Proof> proofs) {

    public static Superseding by(ControlState state, RegionId lost, Instant now) {
        var all = new Superseding(new ArrayList<>(), new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
        String why = "region " + lost + " is lost";
        for (Run run : state.activeRuns()) {
            all.end(state, run, lost, new Steps(state, run, state.revision().next(), now), why);
        }
        return all;
    }

    private void end(ControlState state, Run run, RegionId lost, Steps steps, String why) {
        Place place = Place.of(run.state());
        boolean present = run.presentWave().moves().stream().anyMatch(move -> involves(run, move, lost));
        boolean later = run.plan().waves().stream()
                .skip(run.wave())
                .flatMap(wave -> wave.moves().stream())
                .anyMatch(move -> involves(run, move, lost));
        switch (place) {
            case PLANNED, PREPARED -> {
                if (present || later) {
                    events.addAll(steps.abandon(why));
                }
            }
            case HOLDING -> {
                if (present || later) {
                    events.addAll(steps.unfreeze(why));
                }
            }
            case FENCING, CATCHING_UP -> {
                if (run.presentWave().moves().stream()
                        .anyMatch(move -> owner(state, move).equals(lost))) {
                    supersede(state, run, lost, steps, why);
                } else if (present) {
                    events.addAll(steps.rollBack(
                            run.state() instanceof SwitchState.Fencing fencing
                                    ? fencing.closes()
                                    : ((SwitchState.CatchingUp) run.state()).closes(),
                            why));
                } else {
                    stopAfterThis(run, later, why);
                }
            }
            case ACTIVATED, ACTIVATED_STUCK, ROLLING_BACK, ROLLING_BACK_STUCK -> {
                if (run.presentWave().moves().stream()
                        .anyMatch(move -> owner(state, move).equals(lost))) {
                    supersede(state, run, lost, steps, why);
                } else {
                    stopAfterThis(run, later, why);
                }
            }
            case ROUTED -> stopAfterThis(run, later, why);
            case EXPIRING, GATHERING, GATHERING_STUCK, ALIGNING -> {
                // Where the lost region is only a target, another one is found; what waits for its CLOSE or its OPEN
                // would wait for ever.
                if (run.presentWave().moves().stream()
                        .anyMatch(move -> owner(state, move).equals(lost))) {
                    supersede(state, run, lost, steps, why);
                }
            }
            case DONE, ROLLED_BACK, SUPERSEDED -> throw new IllegalStateException(run.id() + " has ended");
        }
    }

    private static boolean involves(Run run, Plan.ShardMove move, RegionId lost) {
        return move.fromRegion().equals(lost)
                || run.plan().target(move).region().equals(lost);
    }

    private static RegionId owner(ControlState state, Plan.ShardMove move) {
        return state.shard(move.shard()).region();
    }

    /** Nobody has taken its lease. */
    private static boolean alive(ControlState state, RegionId owner, ShardId shard) {
        String group = state.declared().orElseThrow().topology().groupOf(shard).name();
        return state.lease(owner, group)
                .filter(lease -> lease.lease() == RegionLease.Lease.ACTIVE)
                .isPresent();
    }

    private void stopAfterThis(Run run, boolean later, String why) {
        if (later && !run.cancelled()) {
            events.add(new Event.RunCancelled(run.id(), why + ": stops after this wave"));
        }
    }

    private void supersede(ControlState state, Run run, RegionId lost, Steps steps, String why) {
        for (Plan.ShardMove move : run.presentWave().moves()) {
            taken.put(move.shard(), run.id());
            RegionId owner = owner(state, move);
            if (!alive(state, owner, move.shard()) || owner.equals(lost)) {
                continue;
            }
            boolean granted = state.shard(move.shard()).ownership() instanceof Ownership.Grant;
            Plan.Target target = run.plan().target(move);
            // What is withdrawn from somebody who is there goes back to him, what is granted to somebody stays his.
            targets.put(
                    move.shard(),
                    owner.equals(target.region())
                            ? target
                            : new Plan.Target(state.shard(move.shard()).zone(), owner));
            Proof proof = run.proofs().get(move.shard());
            if (granted && proof != null) {
                proofs.add(proof.to(targets.get(move.shard())));
            }
        }
        events.addAll(steps.supersede(why));
    }
}
