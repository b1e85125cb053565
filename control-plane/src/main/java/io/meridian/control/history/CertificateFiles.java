package io.meridian.control.history;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** Signed certificates in their canonical form, by the day of their run's end: they stay when the state has long forgotten the run. */
public final class CertificateFiles {
    private static final String RUN = "\"run\":\"";

    private final DayFiles files;

    public CertificateFiles(Path folder) throws IOException {
        files = new DayFiles(folder, "certificates");
    }

    /** Unless it is there. */
    public synchronized void append(Instant endedAt, String document) throws IOException {
        files.appendOnce(LocalDate.ofInstant(endedAt, ZoneOffset.UTC), document, CertificateFiles::run);
    }

    /** Costs the reading of all files, when it is old. */
    public synchronized Optional<String> find(String run) {
        return files.days().descendingSet().stream()
                .flatMap(day -> files.lines(day).stream())
                .filter(line -> run(line).equals(run))
                .findFirst();
    }

    /** Inside a text the quotes would be escaped, and no other member has this name. */
    private static String run(String line) {
        int begin = line.indexOf(RUN) + RUN.length();
        return line.substring(begin, line.indexOf('"', begin));
    }
}
