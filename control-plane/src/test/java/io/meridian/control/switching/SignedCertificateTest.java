package io.meridian.control.switching;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.certificate.KeyRing;
import io.meridian.control.certificate.RunFacts;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decision;
import io.meridian.control.signing.NodeKey;
import io.meridian.control.state.ControlState;
import io.meridian.topology.certificate.CertificateCheck;
import io.meridian.topology.certificate.CertificateFacts;
import io.meridian.topology.certificate.Consistency;
import io.meridian.topology.certificate.SignedCertificate;
import io.meridian.topology.certificate.SignedCertificate.Signer;
import io.meridian.topology.certificate.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

class SignedCertificateTest {
    @TempDir
    private Path folder;

    private NodeKey east;
    private NodeKey west;

    @BeforeEach
    void keys() throws IOException {
        east = NodeKey.at(folder.resolve("east"));
        west = NodeKey.at(folder.resolve("west"));
    }

    private static MoveLab register(MoveLab lab, String node, NodeKey key) {
        lab.accept(new Command.RegisterKey(lab.tick(), node, key.publicKey()));
        return lab;
    }

    private static CertificateFacts facts(MoveLab lab) {
        return RunFacts.of(lab.run()).orElseThrow();
    }

    private static Command.SignCertificate signed(MoveLab lab, String node, NodeKey key) {
        Instant now = lab.tick();
        String text = SignedCertificate.text(facts(lab), new Signer(node, key.id(), key.publicKey(), now));
        return new Command.SignCertificate(
                now, lab.run().id(), SignedCertificate.digest(facts(lab)), key.id(), key.sign(text));
    }

    @Test
    void whatTheLeaderSignedIsProvenByTheKeyRingAlone() {
        MoveLab lab = register(MoveLab.at(StateName.DONE), "east", east);

        lab.accept(signed(lab, "east", east));

        Map<String, Object> document =
                RunFacts.document(lab.run(), lab.state().keys()).orElseThrow();
        var report =
                CertificateCheck.check(document, Optional.of(lab.state().keys().keys()));
        assertThat(((CertificateCheck.Report.Checked) report).proven()).isTrue();
    }

    @Test
    void aSecondSignatureChangesNothing() {
        MoveLab lab = register(register(MoveLab.at(StateName.DONE), "east", east), "west", west);
        lab.accept(signed(lab, "east", east));
        ControlState before = lab.state();

        lab.accept(signed(lab, "west", west));

        assertThat(lab.state()).isEqualTo(before);
    }

    record Wrong(String name, UnaryOperator<Command.SignCertificate> change, String detail) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Command.SignCertificate with(
            Command.SignCertificate sign, Instant now, String run, String digest, String keyId, String signature) {
        return new Command.SignCertificate(now, run, digest, keyId, signature);
    }

    static final List<Wrong> WRONG = List.of(
            new Wrong(
                    "no such run",
                    it -> with(it, it.now(), "mv-9", it.digest(), it.keyId(), it.signature()),
                    "there is no certificate of run 'mv-9'"),
            new Wrong(
                    "another text",
                    it -> with(it, it.now(), it.run(), "00", it.keyId(), it.signature()),
                    "another text of it was signed"),
            new Wrong(
                    "a key outside the ring",
                    it -> with(it, it.now(), it.run(), it.digest(), "00", it.signature()),
                    "the key 00 is not in the key ring"),
            new Wrong(
                    "another moment",
                    it -> with(it, it.now().plusMillis(1), it.run(), it.digest(), it.keyId(), it.signature()),
                    "the signature is not of its text"),
            new Wrong(
                    "no signature",
                    it -> with(it, it.now(), it.run(), it.digest(), it.keyId(), "AAAA"),
                    "the signature is not of its text"));

    @ParameterizedTest
    @FieldSource("WRONG")
    void whatDoesNotFitIsRefused(Wrong wrong) {
        MoveLab lab = register(MoveLab.at(StateName.DONE), "east", east);
        Command.SignCertificate sign = signed(lab, "east", east);

        assertThat(lab.refuse(wrong.change().apply(sign)).detail()).contains(wrong.detail());
        assertThat(lab.submit(sign)).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void aRetiredKeySignsNothingMore() {
        MoveLab lab = register(register(MoveLab.at(StateName.DONE), "east", east), "east", west);

        assertThat(lab.refuse(signed(lab, "east", east)).detail()).endsWith("is retired");
        assertThat(lab.submit(signed(lab, "east", west))).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void aNodesNewKeyRetiresItsOldOneAndRemovesNone() {
        MoveLab lab = register(register(register(MoveLab.ready(), "east", east), "east", east), "east", west);

        assertThat(lab.state().keys().keys()).extracting(SigningKey::id).containsExactly(east.id(), west.id());
        assertThat(lab.state().keys().keys())
                .extracting(key -> key.retired().isPresent())
                .containsExactly(true, false);
        assertThat(lab.refuse(new Command.RegisterKey(lab.tick(), "east", east.publicKey()))
                        .detail())
                .contains("was retired at");
    }

    @Test
    void aCopiedKeyAndSomethingElseThanAKeyAreRefused() {
        MoveLab lab = register(MoveLab.ready(), "east", east);

        assertThat(lab.refuse(new Command.RegisterKey(lab.tick(), "west", east.publicKey()))
                        .detail())
                .contains("is node east's, not west's");
        assertThat(lab.refuse(new Command.RegisterKey(lab.tick(), "west", "MCow"))
                        .detail())
                .contains("'MCow' is no Ed25519 public key");
        assertThat(lab.refuse(new Command.RegisterKey(lab.tick(), "west", "no base64"))
                        .detail())
                .contains("is no Ed25519 public key");
        assertThat(lab.state().keys()).isNotEqualTo(KeyRing.empty());
    }

    @ParameterizedTest
    @EnumSource(
            value = StateName.class,
            names = {"PREPARED", "HOLDING"})
    void aRunThatEndedBeforeAnythingWasFencedCertifiesThatNothingMoved(StateName name) {
        MoveLab lab = MoveLab.at(name);

        lab.cancel();

        assertThat(facts(lab).verdict()).isEqualTo(CertificateFacts.Verdict.NOTHING_MOVED);
        assertThat(facts(lab).rolledBack()).isEmpty();
        assertThat(Consistency.of(facts(lab)).contradictions()).isEmpty();
    }

    @Test
    void aRunThatWasRolledBackCertifiesWhereEachShardWasClosedAndThatItsOwnerHasItAgain() {
        MoveLab lab = MoveLab.at(StateName.FENCING);
        lab.cancel();
        lab.accept(lab.closed(MoveLab.EAST, 0, 1, 2));
        lab.accept(lab.opened(MoveLab.EAST, 0, 1, 2));

        assertThat(lab.name()).isEqualTo(StateName.ROLLED_BACK);
        assertThat(facts(lab).verdict()).isEqualTo(CertificateFacts.Verdict.NOTHING_MOVED);
        assertThat(facts(lab).rolledBack())
                .hasSize(3)
                .first()
                .isEqualTo(new CertificateFacts.RolledBack(
                        0, "east", 1, 3, new CertificateFacts.BaseAt("east", 1, "0/64@inc")));
        assertThat(Consistency.of(facts(lab)).contradictions()).isEmpty();
    }

    @Test
    void aMoveInsideARegionCertifiesTheRouteOnly() {
        MoveLab lab = MoveLab.ready();
        lab.start("0-1", "east-2");
        lab.routersCaughtUp();

        assertThat(lab.name()).isEqualTo(StateName.DONE);
        assertThat(facts(lab).rerouted()).containsExactly(new CertificateFacts.Rerouted("0-1", "east-1", "east-2"));
        assertThat(facts(lab).moved()).isEmpty();
        assertThat(Consistency.of(facts(lab)).contradictions()).isEmpty();
    }

    @Test
    void aRunUnderWayHasNoFacts() {
        assertThat(RunFacts.of(MoveLab.at(StateName.ROUTED).run())).isEmpty();
    }
}
