package io.meridian.control.switching;

import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.Revision;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Plan.ShardMove;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Ownership;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What each transition of {@link SwitchTable} does, as events. {@link SwitchDecider} says when. */
final class Steps {
    private final ControlState state;
    private final Run run;
    private final Revision at;
    private final Instant now;

    Steps(ControlState state, Run run, Revision at, Instant now) {
        this.state = state;
        this.run = run;
        this.at = at;
        this.now = now;
    }

    List<Event> prepare() {
        return List.of(enter(new SwitchState.Prepared(false), ""));
    }

    /** The wave before is where it should be; the gates are looked at again before another request is held. */
    List<Event> nextWave() {
        return List.of(enter(new SwitchState.Prepared(false), run.wave() + 1, run.counts(), "", ""));
    }

    List<Event> startWave() {
        Plan.Wave wave = run.presentWave();
        return switch (wave.kind()) {
            case OWNERSHIP ->
                List.of(new Event.Frozen(run.id(), wave.shards()), enter(new SwitchState.Holding(at, false), ""));
            case PLACEMENT -> placed(wave, routed(wave));
        };
    }

    /** {@code wave}'s shards are at their new zones, and then {@code more}. */
    private List<Event> placed(Plan.Wave wave, Event... more) {
        var byZone = new TreeMap<ZoneId, List<ShardId>>();
        for (ShardMove move : wave.moves()) {
            byZone.computeIfAbsent(run.plan().target(move).zone(), _ -> new ArrayList<>())
                    .add(move.shard());
        }
        var events = new ArrayList<Event>();
        byZone.forEach((zone, shards) -> events.add(new Event.Placed(zone, shards)));
        events.addAll(List.of(more));
        return events;
    }

    List<Event> fence(String note) {
        var withdrawals = new ArrayList<Ownership>();
        var proofs = new ArrayList<Proof>();
        for (ShardMove move : run.presentWave().moves()) {
            ShardState shard = state.shard(move.shard());
            if (!(shard.ownership() instanceof Ownership.Grant grant)
                    || !grant.epoch().equals(move.epoch())) {
                throw new IllegalStateException(run.id() + " planned " + move + " and finds " + shard);
            }
            withdrawals.add(new Ownership.Withdrawal(move.shard(), grant.epoch().next(), grant, run.id()));
            proofs.add(Proof.begun(move, run.plan()));
        }
        return List.of(
                new Event.OwnershipChanged(withdrawals),
                new Event.ProofsCollected(run.id(), proofs),
                enter(new SwitchState.Fencing(new TreeMap<>(), new TreeSet<>()), note));
    }

    List<Event> catchUp(SwitchState.Fencing fencing) {
        return List.of(enter(new SwitchState.CatchingUp(fencing.closes(), fencing.covered()), ""));
    }

    /** The point of no return. */
    List<Event> activate(SwitchState.CatchingUp catching) {
        return List.of(
                new Event.OwnershipChanged(grants(catching.closes(), Heir.TARGET)),
                enter(new SwitchState.Activated(catching.closes(), new TreeSet<>()), ""));
    }

    /** Only now, with the new fence open, do routers hear of the new owner. */
    List<Event> route() {
        Plan.Wave wave = run.presentWave();
        return placed(wave, new Event.Released(run.id(), wave.shards()), routed(wave));
    }

    private Event.RunEntered routed(Plan.Wave wave) {
        var routed = new SwitchState.Routed(at, SwitchState.Routed.Envoys.AWAITED, false);
        return enter(routed, run.wave(), moved(wave), "", "");
    }

    List<Event> envoysDone(SwitchState.Routed routed, SwitchState.Routed.Envoys envoys, String note) {
        return List.of(new Event.RunAdvanced(
                run.id(), new SwitchState.Routed(routed.release(), envoys, routed.proofOver()), note));
    }

    List<Event> done() {
        Certificate certificate = Certifier.certify(run, run.wave(), run.counts(), Certifier.returned(run));
        String problem = certificate.differing().isEmpty()
                ? ""
                : "shards " + ShardSet.write(certificate.differing())
                        + ": the rows at the new owner differ from those at the old one; keep both stores as they are"
                        + " and compare them";
        return List.of(
                enter(new SwitchState.Done(), run.wave(), run.counts(), "", problem),
                new Event.Certified(run.id(), certificate));
    }

    /** Before any request was held in this wave. */
    List<Event> abandon(String why) {
        return endedBack(run.counts(), why, List.of());
    }

    /** Epochs have not changed: letting the requests go is all there is to do. */
    List<Event> unfreeze(String why) {
        var events = new ArrayList<Event>();
        events.add(new Event.Released(run.id(), run.presentWave().shards()));
        events.addAll(endedBack(run.counts(), why, List.of()));
        return events;
    }

    List<Event> rollBack(SortedMap<ShardId, Base> closes, String why) {
        return List.of(
                enter(new SwitchState.RollingBack(closes, false, new TreeSet<>()), run.wave(), run.counts(), why, why));
    }

    /** Every CLOSE is known; a grant on anything less loses acknowledged writes. */
    List<Event> grantBack(SwitchState.RollingBack back) {
        var granted = new SwitchState.RollingBack(back.closes(), true, new TreeSet<>());
        return List.of(
                new Event.OwnershipChanged(grants(back.closes(), Heir.OLD_OWNER)),
                new Event.RunAdvanced(
                        run.id(),
                        run.state() instanceof SwitchState.NeedsOperator
                                ? new SwitchState.NeedsOperator(granted)
                                : granted,
                        "all closed, granted to their old owners again"));
    }

    List<Event> rolledBack() {
        Plan.Wave wave = run.presentWave();
        var counts = new Run.Counts(
                run.counts().moved(), run.counts().rolledBack() + wave.moves().size());
        var events = new ArrayList<Event>();
        events.add(new Event.Released(run.id(), wave.shards()));
        events.addAll(endedBack(counts, "", Certifier.proofs(run, run.wave())));
        return events;
    }

    /** A person saw to it: what was waited for is waited for anew. */
    List<Event> rearm(SwitchState.NeedsOperator stuck) {
        return List.of(enter(stuck.waiting(), "retried"));
    }

    List<Event> rested(SwitchState.Prepared prepared) {
        return prepared.rested()
                ? List.of()
                : List.of(new Event.RunAdvanced(run.id(), new SwitchState.Prepared(true), ""));
    }

    /** Earlier waves stay as they are; a person decides. */
    List<Event> pauseItself(String why) {
        return List.of(new Event.RunHandled(run.id(), run.handling().paused(true), why, left("paused: " + why)));
    }

    List<Event> callOperator(String why) {
        return List.of(enter(new SwitchState.NeedsOperator(run.state()), run.wave(), run.counts(), why, why));
    }

    /** A failover takes this wave as it stands. */
    List<Event> supersede(String why) {
        return List.of(
                enter(new SwitchState.Superseded(), run.wave(), run.counts(), why, left(why)),
                new Event.Certified(run.id(), Certifier.certify(run, run.wave() - 1, run.counts(), List.of())));
    }

    /** Earlier waves stay moved, and what is known of them is certified; so is that nothing was. */
    private List<Event> endedBack(Run.Counts counts, String why, List<Proof> returned) {
        var events = new ArrayList<Event>();
        events.add(enter(new SwitchState.RolledBack(), run.wave(), counts, why, why.isEmpty() ? "" : left(why)));
        events.add(new Event.Certified(run.id(), Certifier.certify(run, run.wave() - 1, counts, returned)));
        return events;
    }

    private enum Heir {
        TARGET,
        OLD_OWNER
    }

    private List<Ownership> grants(SortedMap<ShardId, Base> closes, Heir heir) {
        var grants = new ArrayList<Ownership>();
        for (ShardMove move : run.presentWave().moves()) {
            Base base = closes.get(move.shard());
            if (base == null
                    || !(state.shard(move.shard()).ownership() instanceof Ownership.Withdrawal withdrawal)
                    || !withdrawal.run().equals(run.id())) {
                throw new IllegalStateException(run.id() + " grants " + state.shard(move.shard()) + " on " + base);
            }
            RegionId owner = switch (heir) {
                case TARGET -> run.plan().target(move).region();
                case OLD_OWNER -> withdrawal.withdrawn().owner();
            };
            grants.add(new Ownership.Grant(move.shard(), withdrawal.epoch().next(), owner, base));
        }
        return grants;
    }

    private Run.Counts moved(Plan.Wave wave) {
        int back = Certifier.returned(run).size();
        return new Run.Counts(
                run.counts().moved() + wave.moves().size() - back, run.counts().rolledBack() + back);
    }

    private String left(String why) {
        return run.counts().moved() == 0
                ? why
                : why + "; " + run.counts().moved() + " shards of earlier waves stay at "
                        + run.plan().to().map(ZoneId::name).orElse("their new zones");
    }

    private Event.RunEntered enter(SwitchState next, String note) {
        return enter(next, run.wave(), run.counts(), note, "");
    }

    private Event.RunEntered enter(SwitchState next, int wave, Run.Counts counts, String note, String problem) {
        return new Event.RunEntered(run.id(), next, wave, counts, note, problem, now);
    }
}
