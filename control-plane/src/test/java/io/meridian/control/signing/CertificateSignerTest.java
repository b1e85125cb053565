package io.meridian.control.signing;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.Await;
import io.meridian.control.certificate.CertificateDecider;
import io.meridian.control.certificate.RunFacts;
import io.meridian.control.certificate.Seal;
import io.meridian.control.command.Command;
import io.meridian.control.command.CommandPort;
import io.meridian.control.command.Decision;
import io.meridian.control.command.Outcome;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.StateSource;
import io.meridian.control.switching.MoveLab;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.StateName;
import io.meridian.topology.certificate.CertificateCheck;
import io.meridian.topology.certificate.SigningKey;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateSignerTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private final AtomicReference<Set<String>> voters = new AtomicReference<>(Set.of("east", "west"));

    /** A log of one node, whose answers may be lost. */
    private static final class Log implements CommandPort, StateSource {
        private final MoveLab lab = MoveLab.at(StateName.DONE);
        private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
        private final AtomicInteger commands = new AtomicInteger();
        private volatile boolean answers = true;
        private volatile ControlState state = lab.state();

        @Override
        public synchronized Outcome submit(Command command) {
            commands.incrementAndGet();
            Decision decision = lab.submit(command);
            state = lab.state();
            listeners.forEach(Runnable::run);
            return switch (decision) {
                case Decision.Accepted accepted ->
                    answers ? new Outcome.Committed(accepted.receipt()) : new Outcome.Unknown("lost");
                case Decision.Refused refused -> new Outcome.Refused(refused.why());
            };
        }

        @Override
        public ControlState current() {
            return state;
        }

        @Override
        public AutoCloseable onChange(Runnable changed) {
            listeners.add(changed);
            return () -> listeners.remove(changed);
        }

        Optional<Seal> seal() {
            return state.run("mv-1").flatMap(Run::certificate).flatMap(certificate -> certificate.seal());
        }
    }

    private CertificateSigner signer(Log log, String node, AtomicBoolean leads) throws Exception {
        return new CertificateSigner(
                log, log, Clock.systemUTC(), leads::get, voters::get, node, NodeKey.at(folder.resolve(node)));
    }

    @Test
    void aNodeThatNobodyLetInBringsNoKeyUntilItVotes() throws Exception {
        var log = new Log();
        voters.set(Set.of("east"));
        try (var east = signer(log, "east", new AtomicBoolean());
                var west = signer(log, "west", new AtomicBoolean())) {
            Await.until(SOON, () -> log.current().keys().keys().size(), keys -> keys == 1);
            assertThat(log.current().keys().keys()).extracting(SigningKey::node).containsExactly("east");

            voters.set(Set.of("east", "west"));

            Await.until(SOON, () -> log.current().keys().keys().size(), keys -> keys == 2);
        }
    }

    @Test
    void theKeyOfANodeThatVotesNoMoreRetiresAndSignsNothing() throws Exception {
        var log = new Log();
        var eastLeads = new AtomicBoolean();
        NodeKey gone;
        try (var east = signer(log, "east", eastLeads)) {
            try (var west = signer(log, "west", new AtomicBoolean())) {
                Await.until(SOON, () -> log.current().keys().keys().size(), keys -> keys == 2);
            }
            gone = NodeKey.at(folder.resolve("west"));
            voters.set(Set.of("east"));
            assertThat(log.current().keys().key(gone.id()).orElseThrow().retired())
                    .as("only whoever leads retires it")
                    .isEmpty();

            eastLeads.set(true);

            Await.until(
                    SOON,
                    () -> log.current().keys().key(gone.id()).orElseThrow().retired(),
                    Optional::isPresent);
            Await.until(SOON, log::seal, Optional::isPresent);
        }
        assertThat(log.current().keys().keys())
                .filteredOn(key -> key.node().equals("east"))
                .allSatisfy(key -> assertThat(key.retired()).isEmpty());
        assertThat(log.seal().map(Seal::node)).contains("east");
    }

    @Test
    void everyNodeBringsItsKeyAndOnlyTheLeaderSigns() throws Exception {
        var log = new Log();
        var westLeads = new AtomicBoolean();
        try (var east = signer(log, "east", new AtomicBoolean());
                var west = signer(log, "west", westLeads)) {
            Await.until(SOON, () -> log.current().keys().keys().size(), keys -> keys == 2);
            assertThat(log.seal()).isEmpty();

            westLeads.set(true);

            assertThat(Await.until(SOON, log::seal, Optional::isPresent).map(Seal::node))
                    .contains("west");
            assertThat(CertificateDecider.unsigned(log.current())).isEmpty();
        }
        var document = RunFacts.document(
                        log.current().run("mv-1").orElseThrow(), log.current().keys())
                .orElseThrow();
        var report = CertificateCheck.check(
                document, Optional.of(log.current().keys().keys()));
        assertThat(((CertificateCheck.Report.Checked) report).proven()).isTrue();
    }

    /** The leader died between certificate and signature, or after the signature was written and before it heard so. */
    @Test
    void theNextLeaderSignsWhatTheLastOneLeftAndNothingTwice() throws Exception {
        var log = new Log();
        log.answers = false;
        try (var east = signer(log, "east", new AtomicBoolean(true))) {
            Await.until(SOON, log::seal, Optional::isPresent);
        }
        Seal first = log.seal().orElseThrow();
        int before = log.commands.get();

        log.answers = true;
        try (var west = signer(log, "west", new AtomicBoolean(true))) {
            Await.until(SOON, () -> log.current().keys().keys().size(), keys -> keys == 2);
        }

        assertThat(log.seal()).contains(first);
        assertThat(log.commands.get()).isEqualTo(before + 1);
    }

    @Test
    void aNodeThatLostItsKeyFileSignsWithANewOne() throws Exception {
        var log = new Log();
        try (var east = signer(log, "east", new AtomicBoolean())) {
            Await.until(SOON, () -> log.current().keys().keys().size(), keys -> keys == 1);
        }
        java.nio.file.Files.delete(folder.resolve("east"));

        try (var east = signer(log, "east", new AtomicBoolean(true))) {
            Await.until(SOON, log::seal, Optional::isPresent);
        }

        List<SigningKey> keys = log.current().keys().keys();
        assertThat(keys).extracting(key -> key.retired().isPresent()).containsExactly(true, false);
        assertThat(log.seal().orElseThrow().keyId()).isEqualTo(keys.getLast().id());
    }
}
