package io.meridian.control.restore;

import io.meridian.control.command.Command;
import io.meridian.control.command.Command.FenceSeen;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.DeclaredTopology;
import io.meridian.control.state.Event;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Run;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Ownership;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Restores a backup and finds out who owned what. The backup is believed in what it declares, and not in its ownership: since it was made, shards
 * may have moved. So every shard is withdrawn at an epoch above any that an agent can know; once the stores of all member regions report rows that
 * have reached it, none of them can open anything older, and the highest epoch that any of them ever owned is the shard's last. Its CLOSE is the
 * base of a grant to the region that owned it: history ends exactly there, and no acknowledged write is left out.
 *
 * @see "PROTOCOL 8.8; ARCHITECTURE, Backup and restore"
 */
public final class RestoreDecider {
    public static final String RUN = "restore";

    private RestoreDecider() {}

    public static Answer restore(ControlState state, Command.Restore restore) {
        ControlState backup = restore.backup();
        if (state.declared().isPresent()
                || !state.shards().isEmpty()
                || !state.runs().isEmpty()) {
            return Answer.no(
                    ProblemType.CLUSTER_NOT_EMPTY,
                    "this control plane is at revision " + state.revision()
                            + " and has a topology; a backup is restored into an empty one only: start nodes on empty"
                            + " disks");
        }
        if (backup.logicVersion() > state.logicVersion()) {
            return Answer.no(
                    ProblemType.LOGIC_NOT_SUPPORTED,
                    "the backup is of logic version " + backup.logicVersion() + ", this control plane of "
                            + state.logicVersion() + "; raise it first");
        }
        Optional<Topology> topology = backup.declared().map(DeclaredTopology::topology);
        if (topology.isEmpty()) {
            return Answer.no(ProblemType.NO_TOPOLOGY, "the backup has no topology: there is nothing to restore");
        }
        var changes = new ArrayList<String>();
        changes.add(backup.shards().size() + " shards of the backup's revision " + backup.revision()
                + " are withdrawn; each is granted to its last owner once all of "
                + topology.get().regions().stream().map(Topology.Region::id).toList() + " have told their fences");
        backup.activeRuns()
                .forEach(run -> changes.add(run.id() + " was " + run.state().name() + " and is not continued"));
        return new Answer.Yes(List.of(new Event.Restored(backup, restore.now())), "", changes);
    }

    /** What is left of the backup's runs. */
    public static List<Run> ended(ControlState backup) {
        return backup.runs().stream().filter(Run::ended).toList();
    }

    /** The part of what an agent said that is not known yet and can be used. */
    public static List<FenceSeen> useful(ControlState state, RegionId region, List<FenceSeen> fences) {
        Restoring restoring = state.restoring();
        return restoring.over()
                ? List.of()
                : fences.stream()
                        .filter(seen -> restoring.awaits(region, seen.shard()) && reached(state, region, seen))
                        .toList();
    }

    /**
     * Closed for good: at the restore's withdrawal, and with the position where what it owned last ended, if it owned anything. A store that has not
     * even owned what the backup's last grant builds on was made anew: what it had is lost, and it is not to look as if nobody had had it.
     */
    private static boolean reached(ControlState state, RegionId region, FenceSeen seen) {
        return state.hasShard(seen.shard())
                && state.shard(seen.shard()).ownership() instanceof Ownership.Withdrawal withdrawal
                && withdrawal.run().equals(RUN)
                && seen.epoch().equals(withdrawal.epoch())
                && !seen.open()
                && !(withdrawal.withdrawn().base() instanceof Base.At base
                        && base.region().equals(region)
                        && base.epoch().isAbove(seen.owned()))
                && (seen.owned().number() == 0 || seen.closedAt().isPresent());
    }

    public static List<Event> report(ControlState state, Command.Report report) {
        List<FenceSeen> useful = useful(state, report.region(), report.fences());
        Optional<Topology> topology = state.declared().map(DeclaredTopology::topology);
        if (useful.isEmpty() || topology.isEmpty()) {
            return List.of();
        }
        List<RegionId> members =
                topology.get().regions().stream().map(Topology.Region::id).toList();
        var events = new ArrayList<Event>();
        var told = new TreeMap<ShardId, Restoring.Row>();
        var grants = new ArrayList<Ownership>();
        for (FenceSeen seen : useful) {
            var rows = new TreeMap<RegionId, Restoring.Row>((Map<RegionId, Restoring.Row>)
                    state.restoring().rows().getOrDefault(seen.shard(), new TreeMap<>()));
            rows.put(report.region(), new Restoring.Row(seen.owned(), seen.closedAt()));
            told.put(seen.shard(), new Restoring.Row(seen.owned(), seen.closedAt()));
            if (rows.keySet().containsAll(members)) {
                grants.add(grant(state.shard(seen.shard()), rows));
            }
        }
        events.add(new Event.FencesTold(report.region(), told));
        if (!grants.isEmpty()) {
            events.add(new Event.OwnershipChanged(grants));
            events.addAll(placed(state, topology.get(), grants));
        }
        return events;
    }

    private static Ownership.Grant grant(ShardState shard, SortedMap<RegionId, Restoring.Row> rows) {
        Ownership.Grant withdrawn = shard.newestGrant();
        RegionId owner = withdrawn.owner();
        Restoring.Row last = new Restoring.Row(io.meridian.topology.ownership.Epoch.NEVER, Optional.empty());
        for (var each : rows.entrySet()) {
            if (each.getValue().owned().isAbove(last.owned())) {
                owner = each.getKey();
                last = each.getValue();
            }
        }
        RegionId region = owner;
        var owned = last.owned();
        // Nobody ever opened it: the backup's grant holds, on what it was to build on.
        Base base =
                last.closedAt().<Base>map(at -> new Base.At(region, owned, at)).orElse(withdrawn.base());
        return new Ownership.Grant(shard.shard(), shard.ownership().epoch().next(), owner, base);
    }

    /** A shard whose owner is not where the backup's zone is goes to that region's zones in turn. */
    private static List<Event> placed(ControlState state, Topology topology, List<Ownership> grants) {
        var zones = new TreeMap<ZoneId, List<ShardId>>();
        for (Ownership granted : grants) {
            RegionId owner = ((Ownership.Grant) granted).owner();
            ZoneId present = state.shard(granted.shard()).zone();
            if (topology.zone(present)
                    .filter(zone -> zone.sharded() && zone.region().equals(owner))
                    .isEmpty()) {
                List<ZoneId> own = topology.shardZones().stream()
                        .filter(zone -> zone.region().equals(owner))
                        .map(Topology.Zone::id)
                        .sorted()
                        .toList();
                if (!own.isEmpty()) {
                    zones.computeIfAbsent(own.get(granted.shard().number() % own.size()), _ -> new ArrayList<>())
                            .add(granted.shard());
                }
            }
        }
        return zones.entrySet().stream()
                .<Event>map(zone -> new Event.Placed(zone.getKey(), zone.getValue()))
                .toList();
    }
}
