package io.meridian.control.switching;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decision;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class MovePlannerTest {
    record Case(String shards, String to, ProblemType type, String pointer, String says) {}

    static final List<Case> REFUSED = List.of(
            new Case("0-2", "west-9", ProblemType.UNKNOWN_ZONE, "/to", "east-1, east-2, west-1"),
            new Case("0-8", "west-1", ProblemType.SHARD_OUT_OF_RANGE, "/shards", "shard 8 does not exist"),
            new Case("one", "west-1", ProblemType.INVALID_ARGUMENT, "/shards", "neither a number nor a range"),
            new Case("6-7", "west-1", ProblemType.NOTHING_TO_MOVE, "/shards", "are at west-1"),
            new Case("2-3", "west-1", ProblemType.MOVE_OVERLAPS, "/shards", "run mv-1 has shards 2"));

    @ParameterizedTest
    @FieldSource("REFUSED")
    void aMoveThatCannotBeIsRefusedWithItsPlace(Case each) {
        MoveLab lab = MoveLab.at(StateName.HOLDING);

        Problem why = lab.refuse(lab.move(each.shards(), each.to()));

        assertThat(why.type()).isEqualTo(each.type());
        assertThat(why.detail()).contains(each.says());
        assertThat(why.errors())
                .singleElement()
                .extracting(Problem.Fault::pointer)
                .isEqualTo(each.pointer());
    }

    @Test
    void theSameKeyStartsOneRun() {
        MoveLab lab = MoveLab.ready();
        Command.StartMove move = lab.move("0-2", "west-1");
        var first = lab.accept(move);

        var again = lab.accept(move);

        assertThat(again.receipt()).isEqualTo(first.receipt());
        assertThat(lab.state().runs()).hasSize(1);
    }

    @Test
    void aKeyIsNotGoodForSomethingElse() {
        MoveLab lab = MoveLab.ready();
        Command.StartMove move = lab.move("0-2", "west-1");
        lab.accept(move);

        var other = (Decision.Refused)
                lab.submit(new Command.StartMove(move.key(), move.now(), "3", "west-1", move.limits()));

        assertThat(other.why().type()).isEqualTo(ProblemType.IDEMPOTENCY_KEY_REUSED);
    }

    @Test
    void shardsThatAreThereAlreadyAreLeftOut() {
        MoveLab lab = MoveLab.ready();

        Run run = lab.start("0-7", "west-1");

        assertThat(run.plan().shardCount()).isEqualTo(6);
        assertThat(run.plan().waves()).hasSize(2);
    }
}
