package io.meridian.control.switching;

import static io.meridian.control.switching.FailoverLab.EAST;
import static io.meridian.control.switching.FailoverLab.LOST;
import static io.meridian.control.switching.FailoverLab.NORTH;
import static io.meridian.control.switching.FailoverLab.WEST;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.access.Actor;
import io.meridian.control.access.Role;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decision;
import io.meridian.control.feed.AgentViews;
import io.meridian.control.raft.StateCodec;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.EventApplier;
import io.meridian.control.state.RegionLease;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.StoreIdentity;
import io.meridian.topology.StorePlace;
import io.meridian.wire.AgentView;
import io.meridian.wire.RegionLife;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A region whose database is gone for good begins anew with an empty one. */
class AnewTest {
    private static Command.BeginAnew begin(FailoverLab lab, RegionId region, boolean logLost) {
        return new Command.BeginAnew("an-" + lab.lab.tick(), lab.lab.tick(), region, "main", logLost);
    }

    private static Command renewal(FailoverLab lab, String database, int life) {
        return new Command.RenewLease(
                lab.lab.tick(),
                EAST,
                "main",
                "i",
                1,
                Duration.ofSeconds(5),
                Optional.of(new StorePlace(new StoreIdentity(database, "a"), 1, 9)),
                life);
    }

    private static AgentView view(ControlState state, RegionId region) {
        return new AgentViews(region, "main").view(Optional.empty(), state);
    }

    private static FailoverLab begun() {
        FailoverLab lab = FailoverLab.ready();
        lab.accept(renewal(lab, "old", 0));
        lab.agent(EAST, false);
        lab.failOver();
        lab.expire(EAST);
        lab.lab.pass(SwitchTable.Deadline.PATIENCE);
        lab.answers(WEST, 50, LOST);
        lab.answers(NORTH, 50, LOST);
        lab.open();
        lab.routersCaughtUp();
        lab.accept(begin(lab, EAST, false));
        return lab;
    }

    @Test
    void itOwnsNothingUntilItHasCopiesOfAllInAGenerationOfItsOwn() {
        FailoverLab lab = begun();

        RegionLease lease = lab.lease(EAST);
        assertThat(lease.life()).isEqualTo(2);
        assertThat(lease.generation()).isEqualTo(2);
        assertThat(lease.lease()).isEqualTo(RegionLease.Lease.ACTIVE);
        assertThat(lease.fit()).isFalse();
        assertThat(lab.state().seedings().unfit(EAST))
                .hasSize(lab.state().shards().size());
        assertThat(lab.state().losses().stores()).isEmpty();
        assertThat(view(lab.state(), WEST).getUnclean()).isEmpty();
    }

    @Test
    void allAgentsAreToldAndWhoeverHadTheDatabaseBeforeIsRefused() {
        FailoverLab lab = begun();

        for (RegionId region : List.of(EAST, WEST, NORTH)) {
            AgentView view = view(lab.state(), region);
            assertThat(view.getLivesList())
                    .containsExactly(
                            RegionLife.newBuilder().setRegion("east").setLife(2).build());
            assertThat(view.hasStore()).isFalse();
        }
        assertThat(((Decision.Refused) Decider.decide(lab.state(), renewal(lab, "old", 1)))
                        .why()
                        .detail())
                .contains("life 2", "of life 1", "given up");
        lab.accept(renewal(lab, "new", 2));
        assertThat(view(lab.state(), EAST).getStore().getSystemId()).isEqualTo("new");
        assertThat(Decider.decide(lab.state(), renewal(lab, "third", 2))).isInstanceOf(Decision.Refused.class);
        assertThat(Decider.decide(lab.state(), renewal(lab, "new", 3))).isInstanceOf(Decision.Refused.class);
    }

    @Test
    void whatSomethingRestsOnIsNotGivenUp() {
        FailoverLab owning = FailoverLab.lost();
        assertThat(owning.refuse(begin(owning, EAST, false)).detail()).contains("it owns shards", "fail it over");
        FailoverLab back = FailoverLab.at(StateName.DONE);
        back.agent(EAST, true);
        assertThat(back.refuse(begin(back, EAST, false)).detail()).contains("its agent is connected");
        FailoverLab underWay = FailoverLab.at(StateName.ACTIVATED);
        assertThat(underWay.refuse(begin(underWay, EAST, false)).type()).isEqualTo(ProblemType.STORE_NOT_GONE);
        FailoverLab done = FailoverLab.at(StateName.DONE);
        assertThat(done.refuse(new Command.BeginAnew("k", done.lab.tick(), EAST, "other", false))
                        .type())
                .isEqualTo(ProblemType.INVALID_ARGUMENT);
        assertThat(done.refuse(begin(done, RegionId.of("south"), false)).type()).isEqualTo(ProblemType.UNKNOWN_REGION);
        assertThat(done.lease(EAST).life()).isEqualTo(1);
    }

    @Test
    void oneWhoseLeaseWasJustRenewedLives() {
        FailoverLab lab = begun();
        lab.accept(renewal(lab, "new", 2));

        assertThat(lab.refuse(begin(lab, EAST, false)).detail()).contains("renewed a moment ago");
    }

    @Test
    void itsLogCanBeGivenUpLaterWithoutAnotherLife() {
        FailoverLab lab = begun();
        lab.accept(renewal(lab, "new", 2));

        lab.accept(begin(lab, EAST, true));

        assertThat(view(lab.state(), WEST).getLives(0).getLogLost()).isTrue();
        assertThat(lab.lease(EAST).life()).isEqualTo(2);
        assertThat(view(lab.state(), EAST).getStore().getSystemId()).isEqualTo("new");
    }

    /** Else a second failover would look for what nobody reads. */
    @Test
    void withCopiesOfAllItMayOwnOnceEverybodyAppliesItsLog() {
        ControlState copied = begun().state();
        copied = EventApplier.apply(
                copied,
                new Event.CopiesChanged(EAST, List.copyOf(copied.seedings().unfit(EAST)), true));
        assertThat(fit(copied)).isFalse();

        ControlState west = applies(applies(copied, WEST, 2), NORTH, 1);
        assertThat(fit(west)).isFalse();
        ControlState both = applies(west, NORTH, 2);

        assertThat(fit(both)).isTrue();
        assertThat(both.lease(EAST, "main").orElseThrow().generation()).isEqualTo(2);
    }

    private static boolean fit(ControlState state) {
        return state.lease(EAST, "main").orElseThrow().fit();
    }

    private static ControlState applies(ControlState state, RegionId region, int life) {
        var lives = new TreeMap<RegionId, Integer>();
        lives.put(EAST, life);
        var agent = new AgentObservation(
                region,
                "main",
                "s-" + region,
                "n",
                true,
                true,
                true,
                true,
                "",
                9000,
                new TreeMap<>(),
                List.of(),
                0,
                AgentObservation.Measures.none().applying(lives));
        return EventApplier.apply(state, new Event.AgentReported(agent, 0));
    }

    @Test
    void itTakesTwoPersons() {
        FailoverLab lab = FailoverLab.at(StateName.DONE);
        Actor alone = Actor.of("alice", List.of(Role.OPERATOR, Role.APPROVER));

        var decided = (Decision.Accepted)
                Decider.decide(lab.state(), new Command.Asked(alone, "its disks burnt", begin(lab, EAST, false)));

        assertThat(decided.receipt().approval()).isEqualTo("ap-1");
        lab.accept(new Command.Asked(alone, "its disks burnt", begin(lab, EAST, false)));
        assertThat(lab.lease(EAST).life()).isEqualTo(1);
    }

    /** Logs and snapshots of before there were lives. */
    @Test
    void aLeaseWithoutALifeIsOfTheFirst() throws IOException {
        ControlState state = FailoverLab.at(StateName.DONE).state();
        var codec = new StateCodec();
        var out = new ByteArrayOutputStream();
        codec.write(state, out);
        String old = out.toString(StandardCharsets.UTF_8).replace(",\"life\":1,\"logLost\":false", "");

        assertThat(old).doesNotContain("logLost");
        assertThat(codec.read(new ByteArrayInputStream(old.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(state);
    }
}
