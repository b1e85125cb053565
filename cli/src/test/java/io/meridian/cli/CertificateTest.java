package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.cli.api.Documents;
import io.meridian.topology.certificate.CertificateFacts;
import io.meridian.topology.certificate.CertificateFacts.BaseAt;
import io.meridian.topology.certificate.CertificateFacts.Counts;
import io.meridian.topology.certificate.CertificateFacts.Moved;
import io.meridian.topology.certificate.CertificateFacts.Outcome;
import io.meridian.topology.certificate.CertificateFacts.Rows;
import io.meridian.topology.certificate.CertificateFacts.Step;
import io.meridian.topology.certificate.CertificateFacts.Verdict;
import io.meridian.topology.certificate.SignedCertificate;
import io.meridian.topology.certificate.SignedCertificate.Signer;
import io.meridian.topology.certificate.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateTest {
    private static final Instant BEGAN = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    private KeyPair pair;
    private SigningKey key;

    @BeforeEach
    void key() throws GeneralSecurityException {
        pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        key = SigningKey.of(
                "east", Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()), BEGAN);
    }

    private static CertificateFacts facts(Verdict verdict, long rowsAfter, List<String> reasons) {
        var rows = new Rows(7, "ab".repeat(32), "");
        return new CertificateFacts(
                "mv-1",
                "f00d",
                Outcome.DONE,
                Optional.empty(),
                BEGAN,
                BEGAN.plusMillis(900),
                new Counts(1, 1, 0, 0),
                verdict,
                reasons,
                List.of(
                        new Step("ACTIVATED", 1, BEGAN, BEGAN, ""),
                        new Step("DONE", 1, BEGAN, BEGAN.plusMillis(900), "")),
                List.of(new Moved(
                        17,
                        "east-1",
                        "east",
                        "west-1",
                        "west",
                        41,
                        43,
                        Optional.of(new BaseAt("east", 41, "0/16B3748@e")),
                        Optional.of("0/D0@w"),
                        Optional.of(rows),
                        Optional.of(new Rows(rowsAfter, rows.hash(), "")))),
                List.of(),
                List.of());
    }

    private String signed(CertificateFacts facts) throws GeneralSecurityException {
        var signer = Signer.of(key, BEGAN.plusSeconds(1));
        var signing = Signature.getInstance("Ed25519");
        signing.initSign(pair.getPrivate());
        signing.update(SignedCertificate.text(facts, signer).getBytes(StandardCharsets.UTF_8));
        return Documents.write(
                SignedCertificate.document(facts, signer, Base64.getEncoder().encodeToString(signing.sign())));
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private String ring(SigningKey... keys) throws IOException {
        return file("keys.json", Documents.write(SigningKey.tree(List.of(keys))));
    }

    private static Said verify(String... arguments) {
        var all = new java.util.ArrayList<>(List.of("certificate", "verify"));
        all.addAll(List.of(arguments));
        return Said.by(Map.of(), all.toArray(String[]::new));
    }

    @Test
    void whatThePlaneGaveIsProvenLaterWithoutIt() throws Exception {
        String certificate = folder.resolve("mv-1.json").toString();
        String keys = folder.resolve("ring.json").toString();
        try (var plane = PlayedControlPlane.start()
                .answers("GET /runs/mv-1/certificate", 200, signed(facts(Verdict.NOTHING_LOST, 7, List.of())))
                .answers("GET /keys", 200, Documents.write(SigningKey.tree(List.of(key))))) {
            assertThat(Said.by(plane, "certificate", "get", "mv-1", "-o", certificate))
                    .isEqualTo(new Said(ExitCode.DONE.number(), "written to " + certificate + "\n", ""));
            assertThat(Said.by(plane, "certificate", "keys", "-o", keys).exitCode())
                    .isZero();
        }

        Said said = verify(certificate, "--keys", keys);

        assertThat(said.exitCode()).as(said.out() + said.err()).isZero();
        assertThat(said.out())
                .contains("mv-1, plan f00d, began 2026-01-01T00:00:00Z, took 900 ms: DONE, 1 moved")
                .contains("signature: good, by node east at 2026-01-01T00:00:01Z, key "
                        + key.id().substring(0, 12))
                .contains("facts:     agree with each other")
                .contains("verdict:   nothing lost")
                .contains("each of 1 shards was closed by its old owner before the new one opened it")
                .contains("same rows as the old one, 7 in all")
                .contains("shard 17: closed at epoch 41, 0/16B3748@e in east's store, opened at 43, 0/D0@w in west's")
                .contains("It does not prove that the regions' agents told the truth");
        assertThat(Said.by(Map.of("MERIDIAN_KEYS", keys), "certificate", "verify", certificate)
                        .exitCode())
                .isZero();
    }

    @Test
    void withoutAKeyRingItSaysThatTheKeyIsTrustedByNothingAndFailsUnlessThatWillDo() throws Exception {
        String certificate = file("c.json", signed(facts(Verdict.NOTHING_LOST, 7, List.of())));

        Said said = verify(certificate);

        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.out())
                .contains("signature: of a key that nothing here trusts")
                .contains("anybody can make such a file");
        assertThat(verify(certificate, "--any-key").exitCode()).isZero();
        assertThat(verify(certificate, "--any-key", "--keys", ring(key)).exitCode())
                .isEqualTo(ExitCode.USAGE.number());
    }

    @Test
    void aChangedFileProvesNothing() throws Exception {
        String changed = signed(facts(Verdict.NOTHING_LOST, 7, List.of()))
                .replace("\"closedEpoch\" : 41", "\"closedEpoch\" : 39");

        Said said = verify(file("c.json", changed), "--keys", ring(key));

        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.out())
                .contains("signature: does not fit")
                .contains("shard 17: closed at epoch 39, it has to open at 41, not 43")
                .contains("proves nothing");
    }

    @Test
    void anotherClustersKeyRingDoesNotKnowTheKey() throws Exception {
        String certificate = file("c.json", signed(facts(Verdict.NOTHING_LOST, 7, List.of())));

        Said said = verify(certificate, "--keys", ring());

        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.out()).contains("of a key that is not in the key ring").contains("who wrote this is not known");
    }

    @Test
    void aGenuineOneThatIsNotProvenIsAFailureToo() throws Exception {
        String certificate =
                file("c.json", signed(facts(Verdict.NOT_PROVEN, 6, List.of("shards 17: the rows differ"))));

        Said said = verify(certificate, "--keys", ring(key));

        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.out())
                .contains("signature: good")
                .contains("verdict:   not proven")
                .contains("shard 17: the rows differ before and after")
                .contains("it says itself that something is missing");
    }

    @Test
    void aCertificateThatIsNotSignedYetIsWrittenAndSaidToBeSo() throws Exception {
        String unsigned = Documents.write(SignedCertificate.unsigned(facts(Verdict.NOTHING_LOST, 7, List.of())));
        try (var plane = PlayedControlPlane.start().answers("GET /runs/mv-1/certificate", 200, unsigned)) {
            Said said = Said.by(plane, "certificate", "get", "mv-1");

            assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
            assertThat(said.err()).contains("not signed yet");
        }
        Said said = verify(file("c.json", unsigned), "--keys", ring(key));
        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.out()).contains("signature: none");
    }

    @Test
    void programsReadTheResultAsJson() throws Exception {
        String certificate = file("c.json", signed(facts(Verdict.NOTHING_LOST, 7, List.of())));

        Said said = verify(certificate, "--json", "--keys", ring(key));

        assertThat(said.exitCode()).isZero();
        assertThat(said.out().replaceAll("\\s", ""))
                .isEqualTo("{\"proven\":true,\"signature\":\"GOOD\",\"run\":\"mv-1\",\"verdict\":\"NOTHING_LOST\","
                        + "\"contradictions\":[],\"gaps\":[]}");
        assertThat(verify(certificate, "--json").out()).contains("\"signature\" : \"KEY_NOT_TRUSTED\"");
    }

    @Test
    void filesThatAreSomethingElseAreNamed() throws Exception {
        String certificate = file("c.json", signed(facts(Verdict.NOTHING_LOST, 7, List.of())));

        assertThat(verify(folder.resolve("none").toString()).exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(verify(file("d.json", "{\"a\":1,\"a\":2}")).err()).contains("is not JSON: Duplicate field 'a'");
        assertThat(verify(file("d.json", "{\"\\u001b[2J\":1}")).out())
                .contains("no certificate")
                .contains("?[2J: not known in this format");
        assertThat(verify(certificate, "--keys", certificate).err()).contains("is no key ring");
    }
}
