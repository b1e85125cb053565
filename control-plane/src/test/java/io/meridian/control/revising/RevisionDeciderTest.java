package io.meridian.control.revising;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.access.Actor;
import io.meridian.control.access.Role;
import io.meridian.control.clock.Standing;
import io.meridian.control.command.Command;
import io.meridian.control.feed.AgentViews;
import io.meridian.control.orders.AgentOrder;
import io.meridian.control.orders.AgentOrders;
import io.meridian.control.revising.RevisionOrder.Orphan;
import io.meridian.control.revising.RevisionOrder.Told;
import io.meridian.control.revising.RevisionOrder.Verdict;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.EventApplier;
import io.meridian.control.switching.MoveLab;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.wire.AgentView;
import io.meridian.wire.RevisionVerdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class RevisionDeciderTest {
    private static final String POSITION = "7412.0-16B3748.aGVs-bG8/0/1A2B3C4D/0";

    /** East owns shards 0 to 5, west 6 and 7. */
    private final MoveLab lab = MoveLab.ready();

    private int keys;

    private Command.ReviseOrphan reject(int shard, int index) {
        return revise(new Orphan(MoveLab.WEST, POSITION, ShardId.of(shard), index), "", "the customer called");
    }

    private Command.ReviseOrphan revise(Orphan orphan, String over, String reason) {
        return new Command.ReviseOrphan("rv-key-" + ++keys, lab.tick(), orphan, Verdict.REJECT, over, reason);
    }

    private RevisionOrder order(String id) {
        return lab.state().revisionOrders().find(id).orElseThrow();
    }

    private void told(RegionId region, String id, Told told) {
        lab.accept(
                new Command.ReportRevisions(lab.tick(), region, "main", List.of(new Command.RevisionEnded(id, told))));
    }

    private static AgentView view(RegionId region, ControlState before, ControlState now) {
        return new AgentViews(region, "main").view(Optional.of(before), now);
    }

    @Test
    void anOrderStaysInItsOwnersViewUntilThatSaysWhatBecameOfIt() {
        ControlState before = lab.state();
        lab.accept(revise(new Orphan(MoveLab.WEST, POSITION, ShardId.of(3), 2), "5f3a", "paid"));
        AgentView told = view(MoveLab.EAST, before, lab.state());

        assertThat(told.getRevisionsChanged()).isTrue();
        assertThat(told.getRevisions(0).getId()).isEqualTo("rv-1");
        assertThat(told.getRevisions(0).getSource()).isEqualTo("west");
        assertThat(told.getRevisions(0).getPosition()).isEqualTo(POSITION);
        assertThat(told.getRevisions(0).getShard()).isEqualTo(3);
        assertThat(told.getRevisions(0).getIndex()).isEqualTo(2);
        assertThat(told.getRevisions(0).getVerdict()).isEqualTo(RevisionVerdict.REVISION_VERDICT_REJECT);
        assertThat(told.getRevisions(0).getOver()).isEqualTo("5f3a");
        assertThat(told.getRevisions(0).getReason()).isEqualTo("paid");
        assertThat(view(MoveLab.WEST, before, lab.state()).getRevisionsChanged())
                .isFalse();

        ControlState asked = lab.state();
        told(MoveLab.EAST, "rv-1", Told.none());

        assertThat(order("rv-1").progress()).isEqualTo(AgentOrder.Progress.DONE);
        assertThat(view(MoveLab.EAST, asked, lab.state()).getRevisionsChanged()).isTrue();
        assertThat(view(MoveLab.EAST, asked, lab.state()).getRevisionsList()).isEmpty();
    }

    @Test
    void anAgentThatComesNewIsToldAllThatItsStoreIsToDo() {
        lab.accept(reject(3, 0));
        lab.accept(reject(6, 0));

        AgentView whole = new AgentViews(MoveLab.WEST, "main").view(Optional.empty(), lab.state());

        assertThat(whole.getRevisionsChanged()).isTrue();
        assertThat(whole.getRevisionsList())
                .extracting(order -> order.getShard())
                .containsExactly(6);
    }

    @Test
    void rowsThatWereWrittenSinceAreKeptWithTheirNameButNotWithoutEnd() {
        lab.accept(reject(3, 0));

        told(MoveLab.EAST, "rv-1", new Told("written since", "[" + "1".repeat(5000), "5f3a"));

        assertThat(order("rv-1").progress()).isEqualTo(AgentOrder.Progress.FAILED);
        assertThat(order("rv-1").told().problem()).isEqualTo("written since");
        assertThat(order("rv-1").told().present()).hasSize(4000).startsWith("[111");
        assertThat(order("rv-1").told().over()).isEqualTo("5f3a");
        assertThat(order("rv-1").over()).as("as asked").isEmpty();
    }

    @Test
    void anotherStoresWordAndALateOneChangeNothing() {
        lab.accept(reject(3, 0));
        told(MoveLab.WEST, "rv-1", Told.none());
        assertThat(order("rv-1").pending()).isTrue();

        lab.accept(new Command.RevisionDue(lab.tick(), "rv-1"));
        told(MoveLab.EAST, "rv-1", Told.none());

        assertThat(order("rv-1").progress()).isEqualTo(AgentOrder.Progress.FAILED);
        assertThat(order("rv-1").told().problem()).contains("did not answer", "not known");
    }

    @Test
    void anOrderWhoseShardGotAnotherOwnerFailsAtOnceByItself() {
        lab.accept(reject(3, 0));
        lab.accept(reject(4, 0));
        assertThat(overdue(Duration.ZERO)).isEmpty();
        assertThat(overdue(AgentOrder.LIMIT)).hasSize(2);

        lab.accept(lab.move("3", "west-1"));
        lab.finish();
        overdue(Duration.ZERO).forEach(lab::accept);

        assertThat(order("rv-1").progress()).isEqualTo(AgentOrder.Progress.FAILED);
        assertThat(order("rv-1").told().problem()).contains("moved before", "not known");
        assertThat(order("rv-2").pending()).isTrue();
        lab.accept(reject(3, 0));
        assertThat(order("rv-3").region()).isEqualTo(MoveLab.WEST);
    }

    /** What is to be proposed of orders that stood as they do for {@code long enough}. */
    private List<Command> overdue(Duration longEnough) {
        return Standing.of(lab.state(), lab.tick()).stream()
                .filter(standing -> standing.what().startsWith("revision "))
                .filter(standing -> standing.limit().equals(longEnough))
                .flatMap(standing -> standing.then().stream())
                .toList();
    }

    @Test
    void aMoveThatIsSaidOfAShardThatStayedChangesNothing() {
        lab.accept(reject(3, 0));

        lab.accept(new Command.RevisionMovedOn(lab.tick(), "rv-1"));

        assertThat(order("rv-1").pending()).isTrue();
    }

    @Test
    void whoAskedAndWhyIsOnRecord() {
        lab.accept(new Command.Asked(Actor.ofFile("alice", List.of(Role.OPERATOR)), "", reject(3, 1)));

        assertThat(order("rv-1").by()).isEqualTo("alice");
        assertThat(lab.state().audit().entries().getLast().what())
                .isEqualTo("reject orphan " + POSITION + " 1 of shard 3 from west: the customer called");
    }

    @Test
    void oneOrderAboutAnOrphanIsUnderWayAtATime() {
        lab.accept(reject(3, 0));

        assertThat(lab.refuse(reject(3, 0)).type()).isEqualTo(ProblemType.ORDER_PENDING);
        assertThat(lab.accept(reject(3, 1)).receipt().subject()).isEqualTo("rv-2");
        told(MoveLab.EAST, "rv-1", Told.none());
        assertThat(lab.accept(reject(3, 0)).receipt().subject()).isEqualTo("rv-3");
    }

    @Test
    void soManyAreUnderWayAtATime() {
        for (int index = 0; index < AgentOrder.PENDING_LIMIT; index++) {
            lab.accept(reject(3, index));
        }

        assertThat(lab.refuse(reject(4, 0)).type()).isEqualTo(ProblemType.LIMIT_REACHED);
    }

    @Test
    void endedOrdersAreForgottenAndPendingOnesAreNot() {
        lab.accept(reject(6, 0));
        for (int i = 2; i <= 60; i++) {
            lab.accept(reject(3, 0));
            told(MoveLab.EAST, "rv-" + i, Told.none());
        }

        assertThat(lab.state().revisionOrders().all()).hasSize(AgentOrders.ENDED_KEPT + 1);
        assertThat(order("rv-1").pending()).isTrue();
        assertThat(lab.state().revisionOrders().made()).isEqualTo(60);
    }

    @Test
    void aShardThatMovesHasNobodyToDecide() {
        lab.accept(lab.move("3", "west-1"));

        Problem moving = lab.refuse(reject(3, 0));

        assertThat(moving.type()).isEqualTo(ProblemType.NOT_REPAIRABLE);
        assertThat(moving.detail()).contains("is being moved by mv-1");
    }

    @Test
    void aRestoreForgetsWhatIsUnderWayAndGivesNoIdThatAStoreMayRemember() {
        lab.accept(reject(3, 0));
        told(MoveLab.EAST, "rv-1", Told.none());
        lab.accept(reject(3, 0));
        ControlState backup = lab.state();

        ControlState restored = EventApplier.apply(lab.state(), new Event.Restored(backup, lab.tick()));

        assertThat(restored.revisionOrders().all())
                .extracting(RevisionOrder::id)
                .containsExactly("rv-1");
        assertThat(restored.revisionOrders().made()).isEqualTo(1_000_002);
    }

    record Unfit(String name, Orphan orphan, String over, String reason, ProblemType type, String pointer) {}

    private static Orphan at(String position) {
        return new Orphan(MoveLab.WEST, position, ShardId.of(3), 0);
    }

    static final List<Unfit> UNFIT = List.of(
            new Unfit("no part", at("7412.0-1/0/1A"), "", "why", ProblemType.INVALID_ARGUMENT, "/position"),
            new Unfit("no LSN", at("7412.0-1/1A/0"), "", "why", ProblemType.INVALID_ARGUMENT, "/position"),
            new Unfit("no hex", at("7412.0-1/0/1X/0"), "", "why", ProblemType.INVALID_ARGUMENT, "/position"),
            new Unfit("no incarnation", at("/0/1A/0"), "", "why", ProblemType.INVALID_ARGUMENT, "/position"),
            new Unfit("nothing", at(""), "", "why", ProblemType.INVALID_ARGUMENT, "/position"),
            new Unfit("no reason", at(POSITION), "", " ", ProblemType.INVALID_ARGUMENT, "/reason"),
            new Unfit("a tale", at(POSITION), "", "x".repeat(501), ProblemType.INVALID_ARGUMENT, "/reason"),
            new Unfit("a long name", at(POSITION), "x".repeat(201), "why", ProblemType.INVALID_ARGUMENT, "/over"),
            new Unfit(
                    "a negative index",
                    new Orphan(MoveLab.WEST, POSITION, ShardId.of(3), -1),
                    "",
                    "why",
                    ProblemType.INVALID_ARGUMENT,
                    "/index"),
            new Unfit(
                    "no source",
                    new Orphan(RegionId.of(""), POSITION, ShardId.of(3), 0),
                    "",
                    "why",
                    ProblemType.INVALID_ARGUMENT,
                    "/source"),
            new Unfit(
                    "no such shard",
                    new Orphan(MoveLab.WEST, POSITION, ShardId.of(8), 0),
                    "",
                    "why",
                    ProblemType.SHARD_OUT_OF_RANGE,
                    ""));

    @ParameterizedTest
    @FieldSource("UNFIT")
    void whatCannotBeAskedForIsRefusedWithItsPlace(Unfit unfit) {
        Problem why = lab.refuse(revise(unfit.orphan(), unfit.over(), unfit.reason()));

        assertThat(why.type()).isEqualTo(unfit.type());
        assertThat(why.errors().stream().map(Problem.Fault::pointer).findFirst().orElse(""))
                .isEqualTo(unfit.pointer());
    }
}
