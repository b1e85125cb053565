package io.meridian.control.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decision;
import io.meridian.control.state.DeclaredTopology;
import io.meridian.control.state.Revision;
import io.meridian.control.switching.MoveLab;
import io.meridian.topology.ProblemType;
import io.meridian.topology.Topology;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopologyHistoryTest {
    private final MoveLab lab = MoveLab.ready();

    @Test
    void whatWasDeclaredCanBeFoundByItsRevision() {
        Revision first = now();
        Revision second = declare("second");

        assertThat(lab.state().topology(first)).contains(MoveLab.topology());
        assertThat(lab.state().topology(second)).contains(named("second"));
        assertThat(lab.state().topology(second.next())).isEmpty();
    }

    @Test
    void onlyTheNewestAreKept() {
        Revision first = now();
        Revision second = declare("n0");
        for (int i = 1; i < TopologyHistory.KEPT; i++) {
            declare("n" + i);
        }

        assertThat(lab.state().topologies().entries()).hasSize(TopologyHistory.KEPT);
        assertThat(lab.state().topology(first)).isEmpty();
        assertThat(lab.state().topology(second)).isPresent();
        assertThat(lab.state().topology(now())).contains(named("n49"));
    }

    @Test
    void aTopologyOfAVersionThatKeptNoHistoryIsInItAllTheSame() {
        DeclaredTopology held = lab.state().declared().orElseThrow();

        TopologyHistory history = TopologyHistory.empty().including(Optional.of(held));

        assertThat(history.find(held.at()).orElseThrow().topology()).isEqualTo(held.topology());
        assertThat(history.including(Optional.of(held))).isSameAs(history);
    }

    @Test
    void theTopologyThatDoesNotChangeIsNotDeclaredAgain() {
        lab.accept(new Command.ApplyTopology("same", lab.tick(), MoveLab.topology()));

        assertThat(lab.state().topologies().entries()).hasSize(1);
    }

    @Test
    void aChangeOnTopOfAnotherRevisionIsRefusedAndSaysWhichThereIs() {
        Revision first = now();
        Revision second = declare("second");

        var refused = (Decision.Refused) lab.submit(apply("third", Optional.of(first)));

        assertThat(refused.why().type()).isEqualTo(ProblemType.REVISION_CONFLICT);
        assertThat(refused.why().facts()).containsEntry("expected", first + "").containsEntry("present", second + "");
        assertThat(lab.submit(apply("third", Optional.of(second)))).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void aChangeThatTookPlaceIsAnsweredAgainThoughTheRevisionIsAnotherNow() {
        Command.ApplyTopology change = apply("second", Optional.of(now()));
        lab.accept(change);

        assertThat(lab.submit(change)).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void rollingBackDeclaresTheOldTopologyAtANewRevision() {
        Revision first = now();
        Revision second = declare("second");

        lab.accept(new Command.RollBackTopology("back", lab.tick(), first, Optional.of(second)));

        assertThat(now()).isGreaterThan(second);
        assertThat(lab.state().topology(now())).contains(MoveLab.topology());
        assertThat(lab.state().topology(second)).contains(named("second"));
    }

    @Test
    void rollingBackIsRefusedForWhatPuttingTheSameWouldBe() {
        Revision first = now();
        Topology from = MoveLab.topology();
        var more = List.of(
                new Topology.Table("public", "more", "user_key", "main"),
                from.tables().getFirst());
        lab.accept(new Command.ApplyTopology(
                "more",
                lab.tick(),
                new Topology(
                        from.name(),
                        from.shards(),
                        from.regions(),
                        from.storeGroups(),
                        from.zones(),
                        from.services(),
                        more,
                        from.gateways())));

        var refused =
                (Decision.Refused) lab.submit(new Command.RollBackTopology("b", lab.tick(), first, Optional.empty()));

        assertThat(refused.why().type()).isEqualTo(ProblemType.TOPOLOGY_CONFLICT);
    }

    @Test
    void rollingBackToWhatNeverWasIsRefused() {
        var refused = (Decision.Refused)
                lab.submit(new Command.RollBackTopology("b", lab.tick(), Revision.of(999), Optional.empty()));

        assertThat(refused.why().type()).isEqualTo(ProblemType.UNKNOWN_REVISION);
    }

    private Revision now() {
        return lab.state().declared().orElseThrow().at();
    }

    private Revision declare(String name) {
        lab.accept(apply(name, Optional.empty()));
        return now();
    }

    private Command.ApplyTopology apply(String name, Optional<Revision> onlyAt) {
        return new Command.ApplyTopology("declare-" + name + onlyAt, lab.tick(), named(name), onlyAt);
    }

    private static Topology named(String name) {
        Topology from = MoveLab.topology();
        return new Topology(
                name,
                from.shards(),
                from.regions(),
                from.storeGroups(),
                from.zones(),
                from.services(),
                from.tables(),
                from.gateways());
    }
}
