package io.meridian.drill;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.RefusedException;
import io.meridian.drill.report.Digest;
import io.meridian.drill.report.Report;
import io.meridian.local.process.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the control plane has been told of a drill, and has still to be told, in a file: a runner that dies, or whose control plane is away, leaves it to whoever
 * comes next. There is one at a time, as there is one drill.
 */
final class Dossier {
    /** Below what the control plane takes (65,536), which writes numbers in its own way. */
    private static final int LONGEST_REPORT = 64_000;

    private static final int LONGEST_REASON = 1000;
    private static final String FILE = "record.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path drills;
    private final Path file;
    private final ObjectNode document;

    private Dossier(Path drills, ObjectNode document) {
        this.drills = drills;
        this.file = drills.resolve(FILE);
        this.document = document;
    }

    /** Of a drill that begins here and of which the control plane knows nothing yet. @param start as {@code POST /drills} takes it, without the runner */
    static Dossier beginning(Path drills, ObjectNode start) throws IOException {
        String runner = newRunner();
        ObjectNode document = JSON.createObjectNode().put("runner", runner);
        document.set("start", start.deepCopy().put("runner", runner));
        return new Dossier(drills, document).saved();
    }

    /** Of a drill that the control plane asked for. */
    static Dossier claimed(Path drills, String record, String runner) throws IOException {
        return new Dossier(drills, JSON.createObjectNode().put("runner", runner).put("record", record)).saved();
    }

    /** What was left by one that is over, or died. */
    static Optional<Dossier> find(Path drills) throws IOException {
        Path file = drills.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode document
                    ? Optional.of(new Dossier(drills, document))
                    : Optional.empty();
        } catch (JacksonException damaged) {
            throw new IOException(file + " is damaged: " + damaged.getOriginalMessage(), damaged);
        }
    }

    /** A name that no other process has. */
    static String newRunner() {
        return "runner-" + ProcessHandle.current().pid() + "-"
                + UUID.randomUUID().toString().substring(0, 8);
    }

    String runner() {
        return document.path("runner").asText();
    }

    /** Empty: the control plane could not be asked yet. */
    Optional<String> record() {
        return Optional.of(document.path("record").asText()).filter(record -> !record.isEmpty());
    }

    /** @throws RefusedException it may not begin */
    void begin(ControlPlane api, Duration patience) throws IOException, InterruptedException {
        if (record().isEmpty()) {
            JsonNode made = api.tell("/drills", document.path("start"), runner(), patience);
            document.put("record", made.path("id").asText());
            saved();
        }
    }

    /** It ended with a report. */
    void ended(Report report) throws IOException {
        ObjectNode result = result(report.outcome().name(), report.reason() == null ? "" : report.reason());
        result.put("begunAt", report.startedAt());
        Report.Clients clients = report.clients();
        ObjectNode figures = result.putObject("figures");
        figures.put(
                "rtoMillis",
                clients.requests() == 0 ? null : Long.valueOf(Math.round(clients.longestOutageSeconds() * 1000)));
        figures.put("rpoRows", rpo(report));
        figures.put("requests", clients.requests());
        figures.put("failed", clients.failed());
        figures.put("lost", clients.lost());
        figures.put("doubled", clients.doubled());
        figures.put("orphans", clients.orphans());
        report.runs().forEach(run -> result.withArray("/runs").add(run.id()));
        result.set("report", Digest.of(report, LONGEST_REPORT));
        document.set("result", result);
        saved();
    }

    private static @Nullable Long rpo(Report report) {
        return report.verdicts().stream()
                .filter(verdict -> verdict.target().startsWith("rpo"))
                .map(Report.Verdict::measured)
                .filter(measured -> measured != null && measured.matches("[0-9]{1,18}"))
                .map(Long::valueOf)
                .findFirst()
                .orElse(null);
    }

    /** It ended without a report. @param outcome SKIPPED: nothing was done; FAILED */
    void ended(String outcome, String reason) throws IOException {
        document.set("result", result(outcome, reason));
        saved();
    }

    private ObjectNode result(String outcome, String reason) {
        ObjectNode result = JSON.createObjectNode().put("runner", runner()).put("outcome", outcome);
        if (!reason.isBlank()) {
            result.put("reason", reason.substring(0, Math.min(reason.length(), LONGEST_REASON)));
        }
        return result;
    }

    boolean hasResult() {
        return document.has("result");
    }

    /** Tells what came of it. Afterwards nothing is left to be told. @throws RefusedException the control plane will have none of it, and is not asked again */
    void deliver(ControlPlane api, Duration patience) throws IOException, InterruptedException {
        try {
            begin(api, patience);
            String its = record().orElseThrow();
            api.tell("/drills/" + its + "/result", document.path("result"), runner() + "-" + its, patience);
        } catch (RefusedException refused) {
            if (ControlPlane.mayPass(refused) || ControlPlane.is(refused, "drill-runs")) {
                throw refused; // later
            }
            Files.deleteIfExists(file);
            if (!ControlPlane.is(refused, "drill-ended")) { // told before, and the answer got lost
                throw refused;
            }
        }
        Files.deleteIfExists(file);
    }

    /** Of one that did not begin after all, and of which nobody knows. */
    void forget() throws IOException {
        Files.deleteIfExists(file);
    }

    private Dossier saved() throws IOException {
        Files.createDirectories(drills);
        Folders.write(file, document.toString(), "rw-------");
        return this;
    }
}
