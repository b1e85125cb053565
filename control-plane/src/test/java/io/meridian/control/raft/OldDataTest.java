package io.meridian.control.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.control.certificate.CertificateDecider;
import io.meridian.control.certificate.KeyRing;
import io.meridian.control.certificate.RunFacts;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decision;
import io.meridian.control.drilling.Drills;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.EventApplier;
import io.meridian.control.switching.Certificate;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.StateName;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.StoreId;
import io.meridian.topology.certificate.Consistency;
import io.meridian.topology.certificate.SignedCertificate;
import io.meridian.topology.ownership.Ownership;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * {@code format-1} was written by the first version that had a log (commit f005867) and is never written again: 27 commands, and the snapshot that
 * they came to. In it: a topology of 8 shards, leases, mv-1 that moved 0-2 from east to west, mv-2 cancelled, mv-3 of shard 3 under way between its
 * CLOSE and the grant, a verification that has one region's answer, a shard that stopped applying, a router that lapsed.
 */
class OldDataTest {
    private final StateCodec codec = new StateCodec();

    @Test
    void theOldSnapshotIsReadAndHasEverythingThatWasInIt() throws IOException {
        ControlState state = snapshot();

        assertThat(state.logicVersion()).isEqualTo(1);
        assertThat(state.revision().number()).isEqualTo(15);
        assertThat(state.declared().orElseThrow().topology().zones()).hasSize(3);
        assertThat(state.leases().get(StoreId.of("east")))
                .isNotNull()
                .satisfies(lease -> assertThat(lease.renewals()).isEqualTo(2));
        assertThat(state.agents()).hasSize(2);
        assertThat(state.routers()).containsOnlyKeys("east-router");
        assertThat(state.receipts().size()).isEqualTo(6);
        assertThat(state.runningVerification()).isPresent();
        assertThat(state.drills()).isEqualTo(Drills.none());
        assertMoved(state);
        Run done = state.run("mv-1").orElseThrow();
        assertThat(done.state().name()).isEqualTo(StateName.DONE);
        assertThat(done.certificate().orElseThrow().verdict()).isEqualTo(Certificate.Verdict.NOTHING_LOST);
        assertThat(state.run("mv-2").orElseThrow().state().name()).isEqualTo(StateName.ROLLED_BACK);
        assertThat(state.run("mv-3").orElseThrow().state().name()).isEqualTo(StateName.CATCHING_UP);
        assertThat(state.shard(ShardId.of(3)).ownership()).isInstanceOf(Ownership.Withdrawal.class);
        assertThat(state.shard(ShardId.of(3)).frozenBy()).contains("mv-3");
    }

    /** Rules may have changed since; what was committed to agents may not. */
    @Test
    void theOldLogReplaysToTheOwnersOfTheOldSnapshot() throws IOException {
        ControlState replaying = ControlState.empty();
        int replayed = 0;
        for (String line : lines("log.jsonl")) {
            Command command = codec.command(line.getBytes(StandardCharsets.UTF_8));
            if (Decider.decide(replaying, command) instanceof Decision.Accepted accepted) {
                replaying = EventApplier.applyAll(replaying, accepted.events());
            }
            replayed++;
        }

        assertThat(replayed).isEqualTo(27);
        ControlState state = replaying;
        ControlState before = snapshot();
        assertMoved(state);
        assertThat(state.shards()).isEqualTo(before.shards());
        assertThat(state.declared()).isEqualTo(before.declared());
        // How long a renewal was for, and when, the old snapshot could not say.
        assertThat(state.leases())
                .usingRecursiveComparison()
                .ignoringFieldsMatchingRegexes(".*longestMillis", ".*renewedMillis")
                .isEqualTo(before.leases());
        before.receipts()
                .forEach((key, _) ->
                        assertThat(state.receipts().has(key)).as(key).isTrue());
        assertThat(state.runs()).extracting(Run::id).containsExactly("mv-1", "mv-2", "mv-3");
        assertThat(state.runs())
                .extracting(run -> run.state().name())
                .containsExactly(StateName.DONE, StateName.ROLLED_BACK, StateName.CATCHING_UP);
    }

    @Test
    void oldCertificatesAreOfNobodyYetAndWaitForASignature() throws IOException {
        ControlState state = snapshot();

        assertThat(state.keys()).isEqualTo(KeyRing.empty());
        assertThat(CertificateDecider.unsigned(state)).extracting(Run::id).containsExactly("mv-1");
        assertThat(Consistency.of(RunFacts.of(state.run("mv-1").orElseThrow()).orElseThrow())
                        .contradictions())
                .isEmpty();
    }

    /** Signatures are over this text: whoever wants to say more makes a new format and goes on writing this one for what was signed in it. */
    @Test
    void theCertificateOfOneRunIsTheSameTextForEver() throws IOException {
        assertThat(SignedCertificate.digest(
                        RunFacts.of(snapshot().run("mv-1").orElseThrow()).orElseThrow()))
                .isEqualTo("2bcdd4bf0dc0f258cbde89a0e3936ea9c1860903de34fe6f6b09b9965ae25c75");
    }

    @Test
    void anOldSnapshotWrittenAnewReadsBackEqual() throws IOException {
        ControlState state = snapshot();
        var out = new ByteArrayOutputStream();

        codec.write(state, out);

        assertThat(codec.read(new ByteArrayInputStream(out.toByteArray()))).isEqualTo(state);
    }

    @Test
    void aStateOfWhichNothingWasWrittenIsTheEmptyOne() throws IOException {
        byte[] nothing = "{\"format\":1,\"state\":{\"logicVersion\":1}}".getBytes(StandardCharsets.UTF_8);

        assertThat(codec.read(new ByteArrayInputStream(nothing))).isEqualTo(ControlState.empty());
    }

    @Test
    void whatHasNoEmptyValueCannotBeLeftOut() {
        byte[] timeless = "{\"@type\":\"CancelRun\",\"key\":\"k\",\"run\":\"mv-1\"}".getBytes(StandardCharsets.UTF_8);
        byte[] placeless = "{\"@type\":\"ReportVerification\",\"now\":1}".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> codec.command(timeless)).hasStackTraceContaining("a Instant is missing");
        assertThatThrownBy(() -> codec.command(placeless)).hasStackTraceContaining("a RegionId is missing");
    }

    @Test
    void whatANewerVersionAddedIsNotSkipped() {
        byte[] newer = "{\"@type\":\"Confirm\",\"now\":1,\"later\":1}".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> codec.command(newer)).hasStackTraceContaining("\"later\"");
    }

    /** Who asked was a name and roles once; such an entry of the log is decided as it was then. */
    @Test
    void whoAskedBeforeCredentialsWereWrittenDownIsBelieved() {
        byte[] old =
                ("{\"@type\":\"Asked\",\"by\":{\"name\":\"bob\",\"roles\":[\"OPERATOR\"]},\"reason\":\"\",\"what\":"
                                + "{\"@type\":\"CancelRun\",\"key\":\"k\",\"now\":1,\"run\":\"mv-9\"}}")
                        .getBytes(StandardCharsets.UTF_8);

        var decision = (Decision.Refused) Decider.decide(ControlState.empty(), codec.command(old));

        assertThat(decision.why().type()).isEqualTo(ProblemType.UNKNOWN_RUN);
    }

    private static void assertMoved(ControlState state) {
        assertThat(state.shards()).hasSize(8);
        for (int number = 0; number < 3; number++) {
            assertThat(state.shard(ShardId.of(number)).region()).isEqualTo(RegionId.of("west"));
            assertThat(state.shard(ShardId.of(number)).ownership().epoch().number())
                    .isEqualTo(3);
        }
    }

    private ControlState snapshot() throws IOException {
        try (InputStream in = open("snapshot.json")) {
            return codec.read(in);
        }
    }

    private static List<String> lines(String name) throws IOException {
        try (var in = new BufferedReader(new InputStreamReader(open(name), StandardCharsets.UTF_8))) {
            return in.lines().toList();
        }
    }

    private static InputStream open(String name) {
        return Objects.requireNonNull(OldDataTest.class.getResourceAsStream("/format-1/" + name));
    }
}
