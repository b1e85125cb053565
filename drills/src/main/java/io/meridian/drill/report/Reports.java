package io.meridian.drill.report;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.meridian.local.process.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The reports of an instance: a folder for each drill, with the report in three forms. */
public final class Reports {
    private static final int EARLIER = 5;
    private static final String JSON_FILE = "report.json";
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES); // of a newer format

    private final Path folder;

    /** @param folder of all drills of an instance */
    public Reports(Path folder) {
        this.folder = folder;
    }

    public enum Format {
        HTML,
        MD,
        JSON
    }

    public Path folder(String drill) {
        return folder.resolve(drill);
    }

    public Path file(String drill, Format format) {
        return folder(drill)
                .resolve(
                        switch (format) {
                            case HTML -> "report.html";
                            case MD -> "report.md";
                            case JSON -> JSON_FILE;
                        });
    }

    public void write(Report report) throws IOException {
        Files.createDirectories(folder(report.id()));
        for (Format format : Format.values()) {
            Folders.write(file(report.id(), format), render(report, format), "rw-r--r--");
        }
    }

    public static String render(Report report, Format format) {
        return switch (format) {
            case HTML -> HtmlReport.render(report);
            case MD -> MarkdownReport.render(report);
            case JSON -> json(report) + "\n";
        };
    }

    private static String json(Report report) {
        try {
            return JSON.writeValueAsString(report);
        } catch (JacksonException defect) {
            throw new IllegalStateException("cannot be written as JSON: " + report, defect);
        }
    }

    /** Newest first. A folder without a report is of a drill that did not come to its end. */
    public List<String> ids() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.filter(each -> Files.exists(each.resolve(JSON_FILE)))
                    .map(each -> String.valueOf(each.getFileName()))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    /** Empty: there is no such report. */
    public Optional<Report> read(String drill) throws IOException {
        if (!ids().contains(drill)) {
            return Optional.empty();
        }
        Path file = file(drill, Format.JSON);
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), Report.class));
        } catch (JacksonException damaged) {
            throw new IOException(file + " is damaged: " + damaged.getOriginalMessage(), damaged);
        }
    }

    /** The newest reports of {@code scenario} about the same. */
    public List<Report.Earlier> earlier(String scenario, String about) throws IOException {
        List<Report.Earlier> found = new ArrayList<>();
        for (String id : ids()) {
            if (found.size() == EARLIER) {
                break;
            }
            read(id).filter(report ->
                            report.scenario().equals(scenario) && report.about().equals(about))
                    .map(Report::asEarlier)
                    .ifPresent(found::add);
        }
        return List.copyOf(found);
    }
}
