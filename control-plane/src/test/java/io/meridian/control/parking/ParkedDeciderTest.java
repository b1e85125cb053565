package io.meridian.control.parking;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.access.Actor;
import io.meridian.control.access.Role;
import io.meridian.control.command.Command;
import io.meridian.control.feed.AgentViews;
import io.meridian.control.orders.AgentOrder;
import io.meridian.control.orders.AgentOrders;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.MoveLab;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.wire.AgentView;
import io.meridian.wire.ParkedAction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ParkedDeciderTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final MoveLab lab = MoveLab.ready();
    private int keys;

    private Command.OrderParked skip(int shard) {
        return skip(shard, "the table is gone here");
    }

    private Command.OrderParked skip(int shard, String reason) {
        return new Command.OrderParked(
                "po-key-" + ++keys,
                lab.tick(),
                MoveLab.WEST,
                "main",
                MoveLab.EAST,
                ShardId.of(shard),
                "0/7",
                ParkedOrder.Action.SKIP,
                reason);
    }

    private ParkedOrder order(String id) {
        return lab.state().parkedOrders().find(id).orElseThrow();
    }

    private void ended(RegionId region, String id, String problem) {
        lab.accept(new Command.ReportParkedOrders(
                lab.tick(), region, "main", List.of(new Command.OrderEnded(id, problem))));
    }

    @Test
    void anOrderStaysInItsStoresViewUntilItsAgentSaysWhatBecameOfIt() {
        ControlState before = lab.state();
        lab.accept(skip(3));
        AgentView told = new AgentViews(MoveLab.WEST, "main").view(Optional.of(before), lab.state());
        AgentView other = new AgentViews(MoveLab.EAST, "main").view(Optional.of(before), lab.state());

        assertThat(told.getParkedOrdersChanged()).isTrue();
        assertThat(told.getParkedOrders(0).getId()).isEqualTo("po-1");
        assertThat(told.getParkedOrders(0).getAction()).isEqualTo(ParkedAction.PARKED_ACTION_SKIP);
        assertThat(told.getParkedOrders(0).getPosition()).isEqualTo("0/7");
        assertThat(other.getParkedOrdersChanged()).isFalse();

        ControlState asked = lab.state();
        ended(MoveLab.WEST, "po-1", "");

        assertThat(order("po-1").progress()).isEqualTo(AgentOrder.Progress.DONE);
        AgentView after = new AgentViews(MoveLab.WEST, "main").view(Optional.of(asked), lab.state());
        assertThat(after.getParkedOrdersChanged()).isTrue();
        assertThat(after.getParkedOrdersList()).isEmpty();
    }

    @Test
    void whatTheAgentRefusedFailsWithItsReason() {
        lab.accept(skip(3));

        ended(MoveLab.WEST, "po-1", "the oldest is another one by now");

        assertThat(order("po-1").progress()).isEqualTo(AgentOrder.Progress.FAILED);
        assertThat(order("po-1").problem()).isEqualTo("the oldest is another one by now");
    }

    @Test
    void anotherStoresWordAndALateOneChangeNothing() {
        lab.accept(skip(3));
        ended(MoveLab.EAST, "po-1", "");
        assertThat(order("po-1").pending()).isTrue();

        lab.accept(new Command.ParkedOrderDue(lab.tick(), "po-1"));
        ended(MoveLab.WEST, "po-1", "");

        assertThat(order("po-1").progress()).isEqualTo(AgentOrder.Progress.FAILED);
        assertThat(order("po-1").problem()).startsWith("the agent did not answer");
    }

    @Test
    void whoAskedAndWhyIsOnRecord() {
        lab.accept(new Command.Asked(Actor.ofFile("alice", List.of(Role.OPERATOR)), "", skip(3)));

        assertThat(order("po-1").by()).isEqualTo("alice");
        assertThat(lab.state().audit().entries().getLast().what())
                .isEqualTo("skip what waits at 0/7 of shard 3 from east in west/main: the table is gone here");
    }

    @Test
    void oneOrderAboutAShardIsUnderWayAtATime() {
        lab.accept(skip(3));

        assertThat(lab.refuse(skip(3)).type()).isEqualTo(ProblemType.ORDER_PENDING);
        assertThat(lab.accept(skip(4)).receipt().subject()).isEqualTo("po-2");
        ended(MoveLab.WEST, "po-1", "");
        assertThat(lab.accept(skip(3)).receipt().subject()).isEqualTo("po-3");
    }

    @Test
    void endedOrdersAreForgottenAndPendingOnesAreNot() {
        lab.accept(skip(7));
        for (int i = 2; i <= 60; i++) {
            lab.accept(skip(3));
            ended(MoveLab.WEST, "po-" + i, "");
        }

        assertThat(lab.state().parkedOrders().all()).hasSize(AgentOrders.ENDED_KEPT + 1);
        assertThat(order("po-1").pending()).isTrue();
        assertThat(lab.state().parkedOrders().made()).isEqualTo(60);
    }

    @Test
    void aSkipWithoutAReasonIsRefused() {
        assertThat(lab.refuse(skip(3, " ")).errors().getFirst().pointer()).isEqualTo("/reason");
        assertThat(lab.refuse(skip(3, "x".repeat(501))).errors().getFirst().pointer())
                .isEqualTo("/reason");
    }

    record Nowhere(String region, String group, String source, int shard, ProblemType type) {}

    static final List<Nowhere> NOWHERE = List.of(
            new Nowhere("south", "main", "east", 1, ProblemType.UNKNOWN_REGION),
            new Nowhere("west", "main", "south", 1, ProblemType.UNKNOWN_REGION),
            new Nowhere("west", "mian", "east", 1, ProblemType.UNKNOWN_GROUP),
            new Nowhere("west", "main", "east", 8, ProblemType.SHARD_OUT_OF_RANGE));

    @ParameterizedTest
    @FieldSource("NOWHERE")
    void whatIsNotDeclaredIsNamed(Nowhere place) {
        var asked = new Command.OrderParked(
                "k",
                lab.tick(),
                RegionId.of(place.region()),
                place.group(),
                RegionId.of(place.source()),
                ShardId.of(place.shard()),
                "0/7",
                ParkedOrder.Action.RETRY,
                "");

        assertThat(lab.refuse(asked).type()).isEqualTo(place.type());
    }

    record Fits(String name, int shard, String waiting, String position, Optional<ProblemType> refused) {}

    static final List<Fits> FITS = List.of(
            new Fits("as shown", 3, "REFUSED", "0/7", Optional.empty()),
            new Fits("another shard", 4, "REFUSED", "0/7", Optional.of(ProblemType.NOT_PARKED)),
            new Fits("another is the oldest", 3, "REFUSED", "0/8", Optional.of(ProblemType.NOT_PARKED)),
            new Fits("not refused", 3, "BARRIER", "0/7", Optional.of(ProblemType.NOT_SKIPPABLE)));

    @ParameterizedTest
    @FieldSource("FITS")
    void onlyTheOldestOfWhatIsRefusedIsSkipped(Fits fits) {
        var waiting = new AgentObservation.Parked(
                MoveLab.EAST, ShardId.of(fits.shard()), fits.waiting(), fits.position(), 3, "no table", NOW, 1, 10);

        Optional<Problem> unfit = ParkedDecider.unfit(List.of(waiting), skip(3));

        assertThat(unfit.map(Problem::type)).isEqualTo(fits.refused());
    }

    @Test
    void everyReplicaKeepsTheOldestOnlyWithTheirReasonsCut() {
        var waiting = new AgentObservation.Parked(
                MoveLab.EAST, ShardId.of(3), "REFUSED", "0/7", 3, "x".repeat(1000), NOW, 1, 10);
        var flow = new AgentObservation.Flow(
                new java.util.TreeMap<>(),
                List.of(),
                Optional.empty(),
                java.util.Collections.nCopies(100, waiting),
                120);

        AgentObservation.Flow brief = flow.brief();

        assertThat(brief.parked())
                .hasSize(20)
                .allSatisfy(parked -> assertThat(parked.reason()).hasSize(300));
        assertThat(brief.parkedShards()).isEqualTo(120);
    }
}
