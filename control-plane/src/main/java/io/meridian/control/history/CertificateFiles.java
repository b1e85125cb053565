package io.meridian.control.history;

import io.meridian.topology.certificate.CanonicalJson;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Signed certificates in their canonical form, by the day of their run's end: they stay when the state has long forgotten the run. */
public final class CertificateFiles {
    private final DayFiles files;

    public CertificateFiles(Path folder) throws IOException {
        files = new DayFiles(folder, "certificates");
    }

    /** Unless it is there. */
    public synchronized void append(String run, Instant endedAt, String document) throws IOException {
        LocalDate day = LocalDate.ofInstant(endedAt, ZoneOffset.UTC);
        if (files.lines(day).stream().noneMatch(line -> isOf(run, line))) {
            files.append(day, List.of(document));
        }
    }

    /** Costs the reading of all files, when it is old. */
    public synchronized Optional<String> find(String run) {
        return files.days().descendingSet().stream()
                .flatMap(day -> files.lines(day).stream())
                .filter(line -> isOf(run, line))
                .findFirst();
    }

    /** Inside a text the quotes would be escaped, and no other member has this name. */
    private static boolean isOf(String run, String line) {
        return line.contains("\"run\":" + CanonicalJson.write(run) + ",");
    }
}
