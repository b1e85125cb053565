package io.meridian.drill.report;

import java.util.List;

/** One file without anything from elsewhere: for a mail, an auditor, a printer. */
final class HtmlReport {
    private static final String STYLE = """
        :root { color-scheme: light; }
        body { font: 15px/1.5 system-ui, sans-serif; color: #151515; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid #c7c7c7; }
        table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #e0e0e0; vertical-align: top; }
        th { font-weight: 600; } .number { text-align: right; font-variant-numeric: tabular-nums; }
        .outcome { padding: .5rem .75rem; border-left: .4rem solid; margin: 1rem 0; font-weight: 600; }
        .good { border-color: #3d7317; background: #e9f7df; } .bad { border-color: #b1380b; background: #ffe3d9; }
        td.yes { color: #2b5a0c; } td.no { color: #a12d05; font-weight: 700; }
        pre { background: #f4f4f4; padding: .75rem; overflow-x: auto; font-size: 13px; white-space: pre-wrap; }
        svg { width: 100%; height: auto; display: block; } svg text { font: 11px system-ui, sans-serif; fill: #151515; }
        .muted { color: #4d4d4d; } ol.timeline { list-style: none; padding: 0; } ol.timeline time { display: inline-block; width: 5rem; font-variant-numeric: tabular-nums; color: #4d4d4d; }
        @media print { body { margin: 0; max-width: none; font-size: 11px; } h2 { break-after: avoid; } table, svg, pre { break-inside: avoid; } }
        """;

    private final StringBuilder html = new StringBuilder();

    private HtmlReport() {}

    static String render(Report report) {
        var page = new HtmlReport();
        page.write(report);
        return page.html.toString();
    }

    private void write(Report report) {
        String title = "Drill " + report.scenario() + ": " + report.about();
        html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>")
                .append(escaped(title))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style></head><body>\n<h1>")
                .append(escaped(title))
                .append("</h1>\n");
        paragraph(
                "muted",
                report.id() + ", instance " + report.instance() + ", began " + report.startedAt() + ", took "
                        + Words.seconds(report.seconds()));
        paragraph(report.outcome() == Report.Outcome.PASSED ? "outcome good" : "outcome bad", Words.outcome(report));
        paragraph("", report.explanation());
        verdicts(report.verdicts());
        clients(report);
        stages(report);
        timeline(report.timeline());
        lag(report);
        runs(report.runs());
        earlier(report);
        heading("What was done to the regions");
        html.append("<ul>");
        report.acts().forEach(act -> html.append("<li>").append(escaped(act)).append("</li>"));
        html.append("</ul>\n");
        heading("Scenario");
        html.append("<pre>").append(escaped(report.document())).append("</pre>\n</body></html>\n");
    }

    private void verdicts(List<Report.Verdict> verdicts) {
        heading("Targets");
        head("target", "wanted", "measured", "met");
        for (Report.Verdict verdict : verdicts) {
            html.append("<tr>");
            cells(
                    verdict.target(),
                    verdict.wanted(),
                    verdict.measured() == null ? Words.NOT_MEASURED : verdict.measured());
            html.append(verdict.met() ? "<td class=\"yes\">yes</td>" : "<td class=\"no\">no</td>")
                    .append("</tr>\n");
        }
        html.append("</tbody></table>\n");
    }

    private void clients(Report report) {
        Report.Clients clients = report.clients();
        heading("What clients saw");
        html.append(Charts.answers(report));
        html.append("<ul>");
        item(clients.sampled() + " sampled shards, each written to through every living edge once in "
                + Words.seconds(clients.everySeconds()) + ": outages are known to that");
        item(Words.count(clients.requests()) + " requests, " + Words.count(clients.failed()) + " failed"
                + (clients.failures().isEmpty() ? "" : ": " + MarkdownReport.kinds(clients.failures())));
        if (clients.atLostEdge() > 0) {
            item("at the lost region's own edge besides: " + Words.count(clients.atLostEdge()) + " requests, "
                    + Words.count(clients.failedAtLostEdge()) + " failed");
        }
        item("longest answer that came: " + Words.seconds(clients.longestAnswerSeconds()));
        item(Words.count(clients.acknowledged()) + " acknowledged writes: " + Words.count(clients.lost())
                + " lost silently, " + Words.count(clients.doubled()) + " doubled, " + Words.count(clients.orphans())
                + " shown as orphans");
        clients.examples().forEach(this::item);
        item(clients.shardsWithOutage() + " of the sampled shards had an outage, the longest "
                + Words.seconds(clients.longestOutageSeconds()));
        html.append("</ul>\n");
        if (!clients.worst().isEmpty()) {
            head("shard", "owner before", "through", "from", "outage");
            clients.worst()
                    .forEach(outage -> row(
                            Integer.toString(outage.shard()),
                            outage.owner(),
                            outage.edge(),
                            Words.seconds(outage.fromSecond()),
                            Words.seconds(outage.seconds()) + (outage.over() ? "" : ", not over")));
            html.append("</tbody></table>\n");
        }
    }

    private void stages(Report report) {
        heading("Stages");
        html.append(Charts.stages(report));
        head("stage", "from", "took", "by", "");
        report.stages()
                .forEach(stage -> row(
                        stage.name(),
                        Words.seconds(stage.fromSecond()),
                        Words.seconds(stage.seconds()),
                        stage.by(),
                        stage.note()));
        html.append("</tbody></table>\n");
    }

    private void timeline(List<Report.Event> events) {
        heading("Timeline");
        html.append("<ol class=\"timeline\">");
        events.forEach(event -> html.append("<li><time>")
                .append(escaped(Words.seconds(event.second())))
                .append("</time>")
                .append(escaped(event.text()))
                .append("</li>\n"));
        html.append("</ol>\n");
    }

    private void lag(Report report) {
        heading("How far copies were behind");
        if (report.lag().isEmpty()) {
            paragraph("", "Not measured.");
            return;
        }
        html.append(Charts.lag(report)).append("<ul>");
        Words.lags(report).forEach(this::item);
        html.append("</ul>\n");
    }

    private void runs(List<Report.RunProof> runs) {
        heading("Runs and their certificates");
        if (runs.isEmpty()) {
            paragraph("", "Nothing was switched.");
            return;
        }
        head("run", "kind", "state", "moved", "certificate", "checked", "file");
        runs.forEach(run -> row(
                run.id(),
                run.kind(),
                run.state(),
                Integer.toString(run.moved()),
                run.verdict() == null ? "none" : run.verdict(),
                run.checked() == null ? "not fetched" : run.checked(),
                run.file()));
        html.append("</tbody></table>\n");
    }

    private void earlier(Report report) {
        heading("Earlier drills of this scenario");
        if (report.earlier().isEmpty()) {
            paragraph("", "This is the first one here.");
            return;
        }
        head("drill", "outcome", "longest outage", "change since", "failed", "lost", "orphans");
        Report.Clients clients = report.clients();
        row(
                "this one",
                report.outcome().name(),
                Words.seconds(clients.longestOutageSeconds()),
                "",
                Words.count(clients.failed()),
                Words.count(clients.lost()),
                Words.count(clients.orphans()));
        report.earlier()
                .forEach(other -> row(
                        other.id(),
                        other.outcome().name(),
                        Words.seconds(other.longestOutageSeconds()),
                        Words.change(clients.longestOutageSeconds(), other.longestOutageSeconds(), "s"),
                        Words.count(other.failed()),
                        Words.count(other.lost()),
                        Words.count(other.orphans())));
        html.append("</tbody></table>\n");
    }

    private void heading(String words) {
        html.append("<h2>").append(escaped(words)).append("</h2>\n");
    }

    private void paragraph(String style, String words) {
        html.append(style.isEmpty() ? "<p>" : "<p class=\"" + style + "\">")
                .append(escaped(words))
                .append("</p>\n");
    }

    private void item(String words) {
        html.append("<li>").append(escaped(words)).append("</li>\n");
    }

    private void head(String... cells) {
        html.append("<table><thead><tr>");
        for (String cell : cells) {
            html.append("<th scope=\"col\">").append(escaped(cell)).append("</th>");
        }
        html.append("</tr></thead><tbody>\n");
    }

    private void row(String... cells) {
        html.append("<tr>");
        cells(cells);
        html.append("</tr>\n");
    }

    private void cells(String... cells) {
        for (String cell : cells) {
            html.append("<td>").append(escaped(cell)).append("</td>");
        }
    }

    /** Problems, names and the scenario come from others. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
