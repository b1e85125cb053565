package io.meridian.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.RefusedException;
import io.meridian.cli.api.Run;
import io.meridian.cli.api.UnreachableException;
import io.meridian.drill.report.Report.RunProof;
import io.meridian.local.Patience;
import io.meridian.topology.certificate.CertificateCheck;
import io.meridian.topology.certificate.CertificateCheck.Authorship;
import io.meridian.topology.certificate.CertificateCheck.Report;
import io.meridian.topology.certificate.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The certificates of the drill's runs: kept beside the report, and checked as anybody could, against the key ring as the control plane gives it. */
final class Proofs {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SIGNATURE = Patience.of(Duration.ofSeconds(10));

    private final ControlPlane api;
    private final Path folder;

    Proofs(ControlPlane api, Path folder) {
        this.api = api;
        this.folder = folder;
    }

    List<RunProof> of(Collection<String> runs) throws IOException, InterruptedException {
        List<RunProof> proofs = new ArrayList<>();
        for (String id : runs) {
            try {
                proofs.add(of(id, api.get("/runs/" + ControlApi.encoded(id))));
            } catch (RefusedException | UnreachableException untold) {
                proofs.add(new RunProof(id, "", "not known", 0, null, null, null, false, ""));
            }
        }
        return proofs;
    }

    private RunProof of(String id, JsonNode answer) throws IOException, InterruptedException {
        Run run = Documents.as(answer, Run.class);
        String kind = answer.path("kind").asText();
        String state = String.valueOf(run.state());
        Optional<JsonNode> certificate = certificate(id);
        if (certificate.isEmpty()) {
            return new RunProof(id, kind, state, run.moved(), run.planHash(), null, null, false, "");
        }
        Path file = folder.resolve("certificate-" + id + ".json");
        Files.createDirectories(folder);
        Files.writeString(file, certificate.get().toPrettyString() + "\n");
        return switch (CertificateCheck.check(plain(certificate.get()), ring())) {
            case Report.NoCertificate none ->
                new RunProof(
                        id,
                        kind,
                        state,
                        run.moved(),
                        run.planHash(),
                        null,
                        String.join("; ", none.faults()),
                        false,
                        file.toString());
            case Report.Checked checked ->
                new RunProof(
                        id,
                        kind,
                        state,
                        run.moved(),
                        run.planHash(),
                        checked.facts().verdict().name(),
                        says(checked),
                        checked.proven(),
                        file.toString());
        };
    }

    private static String says(Report.Checked checked) {
        String author = switch (checked.by()) {
            case Authorship.ByRing(SigningKey _, var signer) -> "signed by " + signer.node() + ", good";
            case Authorship.ByPrintedKey _, Authorship.ByStranger _ -> "signed by a key that is not in the ring";
            case Authorship.TooLate _ -> "signed by a key that was retired";
            case Authorship.Broken(String why) -> "signature does not fit: " + why;
            case Authorship.Unsigned _ -> "not signed yet";
        };
        List<String> against = new ArrayList<>(checked.consistency().contradictions());
        against.addAll(checked.facts().reasons());
        return author
                + (against.isEmpty() ? "" : "; " + String.join("; ", against.subList(0, Math.min(3, against.size()))));
    }

    /** The leader signs it soon after the run's end. Empty: there is none. */
    private Optional<JsonNode> certificate(String id) throws InterruptedException {
        long end = System.nanoTime() + SIGNATURE.toNanos();
        while (true) {
            try {
                JsonNode certificate = api.get("/runs/" + ControlApi.encoded(id) + "/certificate");
                if (certificate.has("signature") || System.nanoTime() - end > 0) {
                    return Optional.of(certificate);
                }
            } catch (RefusedException none) {
                if (!ControlPlane.mayPass(none) || System.nanoTime() - end > 0) {
                    return Optional.empty();
                }
            }
            Thread.sleep(200);
        }
    }

    private Optional<List<SigningKey>> ring() throws InterruptedException {
        return switch (SigningKey.read(plain(api.get("/keys")))) {
            case SigningKey.Reading.Read read -> Optional.of(read.keys());
            case SigningKey.Reading.Refused _ -> Optional.empty();
        };
    }

    private static Object plain(JsonNode document) {
        Object plain = JSON.convertValue(document, Object.class);
        return plain == null ? "" : plain;
    }
}
