package io.meridian.control.switching;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.clock.Standing;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decision;
import io.meridian.control.failover.MaxLoss;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RegionLease;
import io.meridian.control.state.ShardState;
import io.meridian.topology.Problem;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.StoreId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Three regions: shards 0-3 at east-1, 4-5 at west-1, 6-7 at north-1. */
public final class FailoverLab {
    public static final RegionId EAST = MoveLab.EAST;
    public static final RegionId WEST = MoveLab.WEST;
    public static final RegionId NORTH = RegionId.of("north");
    public static final int[] LOST = {0, 1, 2, 3};

    final MoveLab lab;
    private int keys;

    private FailoverLab(MoveLab lab) {
        this.lab = lab;
    }

    static Topology topology() {
        return new Topology(
                "lab",
                8,
                List.of(
                        new Topology.Region(EAST, "alpha"),
                        new Topology.Region(WEST, "beta"),
                        new Topology.Region(NORTH, "gamma")),
                List.of(new Topology.StoreGroup("main", 4)),
                List.of(
                        MoveLab.zone("east-1", EAST, 4),
                        MoveLab.zone("west-1", WEST, 2),
                        MoveLab.zone("north-1", NORTH, 2)),
                List.of(new Topology.Service("ledger", List.of("header:x-user-key"))),
                List.of(new Topology.Table("public", "account", "user_key", "main")),
                List.of());
    }

    public static FailoverLab ready() {
        var lab = new FailoverLab(MoveLab.ready(topology()));
        List.of(EAST, WEST, NORTH).forEach(region -> lab.agent(region, true));
        lab.lab.router("north-router", NORTH, true, 0, 0);
        return lab;
    }

    /** East's agent is gone. */
    public static FailoverLab lost() {
        FailoverLab lab = ready();
        lab.agent(EAST, false);
        return lab;
    }

    public static FailoverLab at(StateName wanted) {
        FailoverLab lab = lost();
        lab.failOver();
        if (wanted == StateName.EXPIRING) {
            return lab;
        }
        lab.expire(EAST);
        lab.lab.pass(SwitchTable.Deadline.PATIENCE);
        if (wanted == StateName.GATHERING) {
            return lab;
        }
        if (wanted == StateName.NEEDS_OPERATOR) {
            lab.lab.pass(SwitchTable.Deadline.LIMIT);
            return lab;
        }
        // Each target lacks what the other one has, so nobody is at the cut.
        for (int shard : LOST) {
            boolean west = lab.target(shard).equals(WEST);
            lab.answers(WEST, west ? 50 : 60, shard);
            lab.answers(NORTH, west ? 60 : 50, shard);
        }
        if (wanted == StateName.ALIGNING) {
            return lab;
        }
        for (int shard : LOST) {
            lab.head(lab.target(shard), 1, 60, shard);
        }
        if (wanted == StateName.ACTIVATED) {
            return lab;
        }
        lab.open();
        if (wanted == StateName.ROUTED) {
            return lab;
        }
        lab.routersCaughtUp();
        return lab;
    }

    public ControlState state() {
        return lab.state();
    }

    Run run() {
        return lab.run();
    }

    StateName name() {
        return run().state().name();
    }

    public ShardState shard(int number) {
        return lab.shard(number);
    }

    RegionLease lease(RegionId region) {
        return state().lease(region, "main").orElseThrow();
    }

    RegionId target(int shard) {
        return run().plan()
                .target(run().presentMove(ShardId.of(shard)).orElseThrow())
                .region();
    }

    void agent(RegionId region, boolean connected) {
        agent(region, connected, 10);
    }

    void agent(RegionId region, boolean connected, long lagMillis) {
        var lags = new TreeMap<RegionId, Long>();
        List.of(EAST, WEST, NORTH).forEach(source -> lags.put(source, lagMillis));
        lab.accept(new Command.Observe(
                lab.tick(),
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
                        new AgentObservation.Measures(true, lags, Optional.of(0L)))),
                List.of()));
    }

    Command.StartFailover command(RegionId region) {
        return command(region, Optional.empty(), MaxLoss.none(), "");
    }

    Command.StartFailover command(RegionId region, Optional<RegionId> to, MaxLoss maxLoss, String force) {
        return new Command.StartFailover(
                "fo-" + ++keys,
                lab.tick(),
                region,
                to,
                maxLoss,
                !force.isEmpty(),
                force,
                MoveLab.LIMITS,
                Duration.ofSeconds(5),
                Duration.ofSeconds(3));
    }

    void failOver() {
        lab.accept(command(EAST));
    }

    Problem refuse(Command command) {
        return lab.refuse(command);
    }

    Decision.Accepted accept(Command command) {
        return lab.accept(command);
    }

    /** The leader's clock ran out on the lease. */
    void expire(RegionId region) {
        Command expire = Standing.of(state(), lab.tick()).stream()
                .flatMap(standing -> standing.then().stream())
                .filter(then -> then instanceof Command.ExpireLease lease
                        && lease.store().equals(StoreId.of(region.name())))
                .findFirst()
                .orElseThrow();
        lab.accept(expire);
    }

    void answers(RegionId region, long lsn, int... shards) {
        gather(
                region,
                shards,
                shard -> seen(shard, Optional.of(new Base.At(EAST, Epoch.FIRST, MoveLab.position(lsn))), false, ""));
    }

    void answersClosed(RegionId region, long lsn, int... shards) {
        gather(
                region,
                shards,
                shard -> seen(shard, Optional.of(new Base.At(EAST, Epoch.FIRST, MoveLab.position(lsn))), true, ""));
    }

    void answersProblem(RegionId region, String problem, int... shards) {
        gather(region, shards, shard -> seen(shard, Optional.empty(), false, problem));
    }

    void answersNothing(RegionId region, int... shards) {
        gather(region, shards, shard -> seen(shard, Optional.empty(), false, ""));
    }

    Command.GatherSeen seen(int shard, Optional<Base.At> head, boolean closed, String problem) {
        int attempt = run().failover().orElseThrow().attempt();
        long heartbeat = lab.tick().minusMillis(400).toEpochMilli() * 1000;
        return new Command.GatherSeen(run().id(), attempt, ShardId.of(shard), head, closed, heartbeat, problem);
    }

    void gather(RegionId region, int[] shards, java.util.function.IntFunction<Command.GatherSeen> each) {
        lab.accept(new Command.ReportGather(
                lab.tick(), region, "main", Arrays.stream(shards).mapToObj(each).toList()));
    }

    void head(RegionId region, long epoch, long lsn, int... shards) {
        List<Command.HeadSeen> heads = Arrays.stream(shards)
                .mapToObj(shard -> new Command.HeadSeen(ShardId.of(shard), Epoch.of(epoch), MoveLab.position(lsn)))
                .toList();
        lab.accept(new Command.Report(lab.tick(), region, List.of(), heads, List.of(), "main"));
    }

    /** East's rows are closed for good, its CLOSE at 100 + shard. */
    void close(int... shards) {
        List<Command.FenceSeen> fences = Arrays.stream(shards)
                .mapToObj(shard -> new Command.FenceSeen(
                        ShardId.of(shard),
                        Epoch.of(2),
                        false,
                        Epoch.FIRST,
                        Optional.of(MoveLab.position(100 + shard)),
                        Optional.empty()))
                .toList();
        lab.accept(new Command.Report(lab.tick(), EAST, fences, List.of(), List.of(), "main"));
    }

    /** Every owner that the run made is open. */
    void open() {
        for (Plan.ShardMove move : run().presentWave().moves()) {
            if (shard(move.shard().number()).ownership() instanceof Ownership.Grant grant) {
                lab.accept(lab.opened(grant.owner(), move.shard().number()));
            }
        }
    }

    void routersCaughtUp() {
        lab.routersCaughtUp();
        long revision = state().revision().number();
        lab.router("north-router", NORTH, true, revision, revision);
    }

    void tails(RegionId owner, int... shards) {
        List<Command.TailSeen> tails = new ArrayList<>();
        for (int shard : shards) {
            tails.add(new Command.TailSeen(ShardId.of(shard), EAST, MoveLab.position(100 + shard)));
        }
        lab.accept(new Command.ReportTails(lab.tick(), owner, "main", tails));
    }

    void assertGranted(int shard, RegionId owner, long epoch, Base base) {
        assertThat(shard(shard).ownership())
                .isEqualTo(new Ownership.Grant(ShardId.of(shard), Epoch.of(epoch), owner, base));
    }

    static Base.At cut(long lsn) {
        return new Base.At(EAST, Epoch.FIRST, new Position("inc", lsn, 0));
    }
}
