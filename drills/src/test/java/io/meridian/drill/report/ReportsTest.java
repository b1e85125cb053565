package io.meridian.drill.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.drill.report.Report.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportsTest {
    private static final String EVIL = "<script>alert(1)</script>\"'&|[x](javascript:y)";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        var reports = new Reports(folder);
        Report report = report("20261127-100000-lose-region", "east", 21.5, null, List.of());

        reports.write(report);

        assertThat(reports.read(report.id())).contains(report);
        for (Reports.Format format : Reports.Format.values()) {
            assertThat(reports.file(report.id(), format)).hasContent(Reports.render(report, format));
        }
        assertThat(reports.read("../elsewhere")).isEmpty();
    }

    @Test
    void earlierDrillsOfTheSameAreFoundNewestFirst() throws IOException {
        var reports = new Reports(folder);
        reports.write(report("20261127-100000-lose-region", "east", 21.5, null, List.of()));
        reports.write(report("20261127-110000-lose-region", "east", 19.5, null, List.of()));
        reports.write(report("20261127-120000-lose-region", "west", 5, null, List.of()));

        List<Report.Earlier> earlier = reports.earlier("lose-region", "east");

        assertThat(earlier)
                .extracting(Report.Earlier::id)
                .containsExactly("20261127-110000-lose-region", "20261127-100000-lose-region");
    }

    @Test
    void theComparisonSaysWhatChanged() {
        Report before = report("a", "east", 20, null, List.of());
        Report after = report("b", "east", 17.5, null, List.of(before.asEarlier()));

        assertThat(Reports.render(after, Reports.Format.MD)).contains("| a | PASSED | 20.0 s (-2.5 s) |");
        assertThat(Reports.render(after, Reports.Format.HTML)).contains("<td>20.0 s</td><td>-2.5 s</td>");
        assertThat(Reports.render(before, Reports.Format.MD)).contains("This is the first one here.");
    }

    @Test
    void noTextOfOthersBecomesMarkup() {
        Report report = report("a", EVIL, 20, EVIL, List.of());

        String html = Reports.render(report, Reports.Format.HTML);
        String markdown = Reports.render(report, Reports.Format.MD);

        assertThat(html).doesNotContain("<script").contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;");
        assertThat(markdown.lines().filter(line -> line.contains("alert")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line)
                        .doesNotContain(" <script")
                        .contains("\\<script\\>")
                        .contains("\\[x\\]"));
    }

    @Test
    void htmlNeedsNothingFromElsewhere() {
        assertThat(Reports.render(report("a", "east", 20, null, List.of()), Reports.Format.HTML))
                .doesNotContain("src=", "href=", "@import", "url(")
                .contains("<svg", "@media print");
    }

    @Test
    void whatIsNotMeasuredIsSaid() {
        String markdown = Reports.render(report("a", "east", 20, null, List.of()), Reports.Format.MD);

        assertThat(markdown)
                .contains("| fence | not measured | not measured |")
                .contains("east's in north: at most not measured; not known in 1 of 1 looks")
                .contains("east's in west: at most 2.5 s\n");
    }

    @Test
    void theCurveHasABarForEachSecondInWhichSomethingCame() {
        String html = Reports.render(report("a", "east", 20, null, List.of()), Reports.Format.HTML);

        assertThat(html.split("fill=\"#3d7317\"", -1))
                .as("two seconds with successes")
                .hasSize(3);
        assertThat(html.split("fill=\"#b1380b\"", -1)).as("one with failures").hasSize(2);
    }

    private static Report report(
            String id, String about, double outage, @Nullable String reason, List<Report.Earlier> earlier) {
        var clients = new Report.Clients(
                24,
                1,
                100,
                7,
                List.of(new Report.Kind("503 hold_failed", 7)),
                0,
                0,
                outage,
                List.of(new Report.Outage(17, "east", "west", 12.3, outage, true)),
                1,
                2.5,
                93,
                true,
                0L,
                0L,
                2L,
                List.of());
        return new Report(
                Report.FORMAT,
                id,
                "lose-region",
                "why",
                "up",
                about,
                "2026-11-27T10:00:00Z",
                60,
                reason == null ? Outcome.PASSED : Outcome.ABORTED,
                reason,
                List.of(new Report.Verdict("rto", "at most 45.0 s", "21.5 s", true)),
                clients,
                List.of(
                        new Report.Stage("detection", 10.0, 2.0, "drill", ""),
                        new Report.Stage("fence", null, null, "drill", "nobody told of it")),
                List.of(new Report.Event(10, "gone: " + about)),
                List.of(new Report.Second(1, 10, 0), new Report.Second(2, 3, 7)),
                List.of(new Report.Lag(1, "east", "west", 2500L, 3L), new Report.Lag(1, "east", "north", null, null)),
                List.of(),
                List.of("kill every process of " + about),
                "name: lose-region\n",
                earlier);
    }
}
