package io.meridian.control.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.command.Command.FenceSeen;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decision;
import io.meridian.control.raft.BackupCodec;
import io.meridian.control.raft.StateCodec;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.EventApplier;
import io.meridian.control.state.Revision;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.MoveLab;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.StateName;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The backup is older than what the stores say: there shards 0-2 still belong to east, 3 is between two owners. */
class RestoreDeciderTest {
    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");
    private static final ControlState BACKUP = MoveLab.at(StateName.FENCING).state();

    private ControlState state = ControlState.empty();

    private Decision submit(Command command) {
        Decision decision = Decider.decide(state, command);
        if (decision instanceof Decision.Accepted accepted) {
            state = EventApplier.applyAll(state, accepted.events());
        }
        return decision;
    }

    private static Command restore(ControlState backup) {
        return new Command.Restore("r", NOW, "sum", backup);
    }

    private Epoch withdrawal(int shard) {
        return state.shard(ShardId.of(shard)).ownership().epoch();
    }

    private void told(RegionId region, int shard, long owned, long closedAt) {
        Optional<Position> at = closedAt == 0 ? Optional.empty() : Optional.of(new Position("inc", closedAt, 0));
        tells(
                region,
                new FenceSeen(ShardId.of(shard), withdrawal(shard), false, Epoch.of(owned), at, Optional.empty()));
    }

    private void tells(RegionId region, FenceSeen seen) {
        submit(new Command.Report(NOW, region, List.of(seen), List.of(), List.of()));
    }

    private ShardState shard(int number) {
        return state.shard(ShardId.of(number));
    }

    private static ProblemType refusal(Decision decision) {
        return ((Decision.Refused) decision).why().type();
    }

    @Test
    void everyShardIsWithdrawnFarAboveWhatAnybodyKnowsAndNobodyOwnsAny() {
        submit(restore(BACKUP));

        assertThat(state.shards()).hasSize(8).allSatisfy(shard -> {
            assertThat(shard.ownership()).isInstanceOf(Ownership.Withdrawal.class);
            assertThat(shard.ownership().epoch().number()).isGreaterThan(Restoring.EPOCHS_ABOVE);
            assertThat(shard.frozenBy()).isEmpty();
        });
        assertThat(state.declared())
                .map(d -> d.topology())
                .isEqualTo(BACKUP.declared().map(d -> d.topology()));
        assertThat(state.revision().number()).isGreaterThan(Restoring.REVISIONS_ABOVE);
        assertThat(state.runs()).as("runs under way are not continued").allMatch(Run::ended);
    }

    /** After the backup was made, shard 0 was moved to west (epoch 3) and written there. */
    @Test
    void aShardGoesToWhoeverOwnedItLastOnTheBaseOfItsClose() {
        submit(restore(BACKUP));
        Epoch withdrawal = withdrawal(0);

        told(MoveLab.EAST, 0, 1, 100);
        assertThat(shard(0).ownership()).as("west may know more").isInstanceOf(Ownership.Withdrawal.class);
        told(MoveLab.WEST, 0, 3, 777);

        assertThat(shard(0).ownership())
                .isEqualTo(new Ownership.Grant(
                        ShardId.of(0),
                        withdrawal.next(),
                        MoveLab.WEST,
                        new Base.At(MoveLab.WEST, Epoch.of(3), new Position("inc", 777, 0))));
        assertThat(shard(0).zone()).isEqualTo(ZoneId.of("west-1"));
        assertThat(shard(1).ownership()).isInstanceOf(Ownership.Withdrawal.class);
    }

    @Test
    void aShardWhoseRegionIsAnotherOneThanInTheBackupGoesToAnRZoneThere() {
        Topology now = MoveLab.topology();
        var zones = new ArrayList<>(now.zones());
        zones.add(new Topology.Zone(
                ZoneId.of("west-0"),
                MoveLab.WEST,
                100,
                List.of("127.0.0.1:1"),
                OptionalInt.empty(),
                List.of(),
                false,
                Optional.empty(),
                Topology.Kind.C));
        submit(restore(MoveLab.ready(new Topology(
                        now.name(),
                        now.shards(),
                        now.regions(),
                        now.storeGroups(),
                        zones,
                        now.services(),
                        now.tables(),
                        now.gateways()))
                .state()));

        told(MoveLab.EAST, 0, 1, 100);
        told(MoveLab.WEST, 0, 3, 777);

        assertThat(shard(0).zone()).isEqualTo(ZoneId.of("west-1"));
    }

    @Test
    void aShardThatNobodyEverOpenedKeepsTheBackupsGrant() {
        submit(restore(BACKUP));

        told(MoveLab.EAST, 6, 0, 0);
        told(MoveLab.WEST, 6, 0, 0);

        assertThat(shard(6).ownership()).isInstanceOfSatisfying(Ownership.Grant.class, grant -> {
            assertThat(grant.owner()).isEqualTo(MoveLab.WEST);
            assertThat(grant.base()).isEqualTo(new Base.None());
        });
        assertThat(shard(6).zone()).isEqualTo(ZoneId.of("west-1"));
    }

    /** Such a store could still open what it was granted before, or has not told where its history ends. */
    @Test
    void aRowThatIsOpenOrLowerOrHasNoPositionDoesNotCount() {
        submit(restore(BACKUP));
        told(MoveLab.EAST, 0, 1, 100);
        ShardId shard = ShardId.of(0);
        Optional<Position> at = Optional.of(new Position("inc", 5, 0));

        tells(MoveLab.WEST, new FenceSeen(shard, Epoch.of(3), true, Epoch.of(3), Optional.empty(), at));
        tells(MoveLab.WEST, new FenceSeen(shard, Epoch.of(4), false, Epoch.of(3), at, Optional.empty()));
        tells(
                MoveLab.WEST,
                new FenceSeen(shard, withdrawal(0), false, Epoch.of(3), Optional.empty(), Optional.empty()));

        assertThat(shard(0).ownership()).isInstanceOf(Ownership.Withdrawal.class);
    }

    /** The backup knows that east owned epoch 1 of shard 0; a store that says it never owned it is not the one that did. */
    @Test
    void aStoreThatLostWhatTheBackupBuildsOnHoldsItsShardsUp() {
        submit(restore(MoveLab.at(StateName.DONE).state()));

        told(MoveLab.WEST, 0, 0, 0);
        told(MoveLab.EAST, 0, 0, 0);
        assertThat(shard(0).ownership()).isInstanceOf(Ownership.Withdrawal.class);

        told(MoveLab.EAST, 0, 1, 100);
        assertThat(shard(0).ownership()).isInstanceOf(Ownership.Grant.class);
    }

    @Test
    void whenAllHaveToldAllTheRestoreIsOverAndMovesAreLetInAgain() {
        submit(restore(BACKUP));
        assertThat(refusal(submit(new Command.StartVerification("v", NOW)))).isEqualTo(ProblemType.NOT_READY);

        for (int shard = 0; shard < 8; shard++) {
            told(MoveLab.EAST, shard, 1, 100);
            told(MoveLab.WEST, shard, 0, 0);
        }

        assertThat(state.restoring().over()).isTrue();
        assertThat(state.shards()).allMatch(shard -> shard.ownership() instanceof Ownership.Grant);
        assertThat(submit(new Command.StartVerification("v", NOW))).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void aControlPlaneThatHasATopologyIsNotRestoredInto() {
        submit(new Command.ApplyTopology("t", NOW, MoveLab.topology()));

        assertThat(refusal(submit(restore(BACKUP)))).isEqualTo(ProblemType.CLUSTER_NOT_EMPTY);
    }

    @Test
    void aRestoreAskedTwiceIsDoneOnce() {
        submit(restore(BACKUP));
        Revision at = state.revision();

        assertThat(submit(restore(BACKUP))).isInstanceOf(Decision.Accepted.class);
        assertThat(state.revision()).isEqualTo(at);
    }

    @Test
    void aBackupThatIsCutShortAlteredOrNewerIsToldAsSuch() {
        var codec = new BackupCodec(new StateCodec());
        byte[] whole = codec.write(BACKUP, NOW);

        assertThat(codec.read(whole))
                .isInstanceOfSatisfying(
                        BackupCodec.Read.Good.class,
                        good -> assertThat(good.state()).isEqualTo(BACKUP));
        assertThat(bad(codec, java.util.Arrays.copyOf(whole, whole.length - 5))).contains("cut short");
        byte[] altered = whole.clone();
        altered[whole.length - 5]++;
        assertThat(bad(codec, altered)).contains("altered");
        assertThat(bad(codec, "{\"meridianBackup\":9}\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .contains("backup format 9");
        assertThat(bad(codec, "hello".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .contains("no backup");
    }

    private static String bad(BackupCodec codec, byte[] document) {
        Problem why = ((BackupCodec.Read.Bad) codec.read(document)).why();
        return why.detail();
    }
}
