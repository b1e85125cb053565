package io.meridian.control.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.control.ControlPlane;
import io.meridian.control.audit.AuditEntry;
import io.meridian.control.certificate.RunFacts;
import io.meridian.control.history.AuditFiles;
import io.meridian.control.history.CertificateFiles;
import io.meridian.control.history.RunFiles;
import io.meridian.control.raft.RaftConfig;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.Certificate;
import io.meridian.control.switching.Run;
import io.meridian.topology.certificate.CanonicalJson;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Writes what was applied into the files, right behind the applying and long before the state forgets it, so that a crash in between costs nothing:
 * what is not in a file yet is still in the state. Also rings where somebody broke the glass.
 */
@Startup
@Singleton
public class History {
    private static final Logger LOG = Logger.getLogger(History.class);
    private static final long RETRY_SECONDS = 5;

    private final ControlPlane plane;
    private final ObjectMapper json;
    private final AuditFiles audit;
    private final RunFiles runs;
    private final CertificateFiles certificates;
    private final Counter failures;
    private final Semaphore woken = new Semaphore(1);
    private final AutoCloseable listening;
    private final Thread writer;

    /** Ended runs of the present state that are in a file. */
    private Set<String> runsWritten = Set.of();

    private Set<String> certificatesWritten = Set.of();

    public History(ControlPlane plane, HistoryConfig config, RaftConfig raft, ObjectMapper json, MeterRegistry registry)
            throws IOException {
        this.plane = plane;
        this.json = json;
        Path folder = config.folder().orElseGet(() -> raft.storage().resolveSibling("history"));
        audit = new AuditFiles(folder, json);
        runs = new RunFiles(folder, json);
        certificates = new CertificateFiles(folder);
        failures = Counter.builder("meridian_control_history_failures_total").register(registry);
        listening = plane.node().applied().onChange(woken::release);
        writer = Thread.ofVirtual().name("history").start(this::write);
    }

    AuditFiles audit() {
        return audit;
    }

    RunFiles runs() {
        return runs;
    }

    CertificateFiles certificates() {
        return certificates;
    }

    private void write() {
        boolean behind = false;
        while (true) {
            try {
                if (behind) {
                    TimeUnit.SECONDS.sleep(RETRY_SECONDS);
                } else {
                    woken.acquire();
                }
                woken.drainPermits();
                write(plane.node().applied().current());
                behind = false;
            } catch (InterruptedException e) {
                return;
            } catch (IOException | RuntimeException e) {
                failures.increment();
                behind = true;
                LOG.errorf(
                        e,
                        "history cannot be written, a person has to look at its disk; tried again every %d s",
                        RETRY_SECONDS);
            }
        }
    }

    private void write(ControlState state) throws IOException {
        long last = audit.last();
        if (state.audit().count() > last) {
            List<AuditEntry> fresh = state.audit().entries().stream()
                    .filter(entry -> entry.number() > last)
                    .toList();
            audit.append(fresh);
            fresh.stream().filter(AuditEntry::alarm).forEach(History::ring);
        }
        Set<String> ended = new HashSet<>();
        for (Run run : state.runs()) {
            if (run.ended()) {
                ended.add(run.id());
                if (!runsWritten.contains(run.id())) {
                    runs.append(run.endedAt().orElse(run.startedAt()), document(run));
                }
            }
        }
        runsWritten = ended;
        writeCertificates(state);
    }

    /** A signature comes a little after the run's end, and a certificate is worth keeping with it only. */
    private void writeCertificates(ControlState state) throws IOException {
        Set<String> signed = new HashSet<>();
        for (Run run : state.runs()) {
            if (run.certificate().flatMap(Certificate::seal).isPresent()) {
                signed.add(run.id());
                if (!certificatesWritten.contains(run.id())) {
                    certificates.append(
                            run.endedAt().orElse(run.startedAt()),
                            CanonicalJson.write(
                                    RunFacts.document(run, state.keys()).orElseThrow()));
                }
            }
        }
        certificatesWritten = signed;
    }

    private static void ring(AuditEntry entry) {
        LOG.warnf(
                "somebody broke the glass who=%s what='%s' why='%s' outcome='%s' audit=%d",
                entry.who(), entry.what(), entry.why(), entry.outcome(), entry.number());
    }

    private String document(Run run) {
        try {
            return json.writeValueAsString(RunJson.of(run));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + run.id(), e);
        }
    }

    @PreDestroy
    void stop() throws Exception {
        listening.close();
        writer.interrupt();
    }
}
