package io.meridian.drill.report;

import java.util.List;

/** For a ticket or a wiki. */
final class MarkdownReport {
    private final StringBuilder text = new StringBuilder();

    private MarkdownReport() {}

    static String render(Report report) {
        var markdown = new MarkdownReport();
        markdown.write(report);
        return markdown.text.toString();
    }

    private void write(Report report) {
        line("# Drill " + plain(report.scenario()) + ": " + plain(report.about()));
        line("");
        line("**" + plain(Words.outcome(report)) + "**");
        line("");
        line("`" + plain(report.id()) + "`, instance " + plain(report.instance()) + ", began "
                + plain(report.startedAt()) + ", took " + Words.seconds(report.seconds()));
        line("");
        line(plain(report.explanation()));
        verdicts(report);
        clients(report.clients());
        stages(report.stages());
        heading("Timeline");
        report.timeline().forEach(event -> line("- " + Words.seconds(event.second()) + "  " + plain(event.text())));
        heading("How far copies were behind");
        if (report.lag().isEmpty()) {
            line("Not measured.");
        }
        Words.lags(report).forEach(lag -> line("- " + plain(lag)));
        runs(report.runs());
        earlier(report);
        heading("What was done to the regions");
        report.acts().forEach(act -> line("- " + plain(act)));
        heading("Scenario");
        line("```yaml");
        line(report.document().replace("```", "'''").stripTrailing());
        line("```");
    }

    private void verdicts(Report report) {
        heading("Targets");
        row("target", "wanted", "measured", "met");
        row("---", "---", "---", "---");
        report.verdicts()
                .forEach(verdict -> row(
                        verdict.target(),
                        verdict.wanted(),
                        verdict.measured() == null ? Words.NOT_MEASURED : verdict.measured(),
                        verdict.met() ? "yes" : "**no**"));
    }

    private void clients(Report.Clients clients) {
        heading("What clients saw");
        line("- " + clients.sampled() + " sampled shards, each written to through every living edge once in "
                + Words.seconds(clients.everySeconds()) + ": outages are known to that");
        line("- " + Words.count(clients.requests()) + " requests, " + Words.count(clients.failed()) + " failed"
                + (clients.failures().isEmpty() ? "" : ": " + plain(kinds(clients.failures()))));
        if (clients.atLostEdge() > 0) {
            line("- at the lost region's own edge besides: " + Words.count(clients.atLostEdge()) + " requests, "
                    + Words.count(clients.failedAtLostEdge()) + " failed");
        }
        line("- longest answer that came: " + Words.seconds(clients.longestAnswerSeconds()));
        line("- " + Words.count(clients.acknowledged()) + " acknowledged writes: "
                + Words.count(clients.lost()) + " lost silently, " + Words.count(clients.doubled()) + " doubled, "
                + Words.count(clients.orphans()) + " shown as orphans");
        clients.examples().forEach(example -> line("  - " + plain(example)));
        line("- " + clients.shardsWithOutage() + " of the sampled shards had an outage, the longest "
                + Words.seconds(clients.longestOutageSeconds()));
        if (!clients.worst().isEmpty()) {
            line("");
            row("shard", "owner before", "through", "from", "outage");
            row("---", "---", "---", "---", "---");
            clients.worst()
                    .forEach(outage -> row(
                            Integer.toString(outage.shard()),
                            outage.owner(),
                            outage.edge(),
                            Words.seconds(outage.fromSecond()),
                            Words.seconds(outage.seconds()) + (outage.over() ? "" : ", not over")));
        }
    }

    static String kinds(List<Report.Kind> kinds) {
        return String.join(
                ", ",
                kinds.stream().map(kind -> kind.count() + " " + kind.kind()).toList());
    }

    private void stages(List<Report.Stage> stages) {
        heading("Stages");
        row("stage", "from", "took", "by", "");
        row("---", "---", "---", "---", "---");
        stages.forEach(stage -> row(
                stage.name(),
                Words.seconds(stage.fromSecond()),
                Words.seconds(stage.seconds()),
                stage.by(),
                stage.note()));
    }

    private void runs(List<Report.RunProof> runs) {
        heading("Runs and their certificates");
        if (runs.isEmpty()) {
            line("Nothing was switched.");
            return;
        }
        row("run", "kind", "state", "moved", "certificate", "checked", "file");
        row("---", "---", "---", "---", "---", "---", "---");
        runs.forEach(run -> row(
                run.id(),
                run.kind(),
                run.state(),
                Integer.toString(run.moved()),
                run.verdict() == null ? "none" : run.verdict(),
                run.checked() == null ? "not fetched" : run.checked(),
                run.file()));
    }

    private void earlier(Report report) {
        heading("Earlier drills of this scenario");
        if (report.earlier().isEmpty()) {
            line("This is the first one here.");
            return;
        }
        row("drill", "outcome", "longest outage", "failed", "lost", "orphans");
        row("---", "---", "---", "---", "---", "---");
        row(
                "this one",
                report.outcome().name(),
                Words.seconds(report.clients().longestOutageSeconds()),
                Words.count(report.clients().failed()),
                Words.count(report.clients().lost()),
                Words.count(report.clients().orphans()));
        report.earlier()
                .forEach(other -> row(
                        other.id(),
                        other.outcome().name(),
                        Words.seconds(other.longestOutageSeconds()) + " ("
                                + Words.change(
                                        report.clients().longestOutageSeconds(), other.longestOutageSeconds(), "s")
                                + ")",
                        Words.count(other.failed()) + " ("
                                + Words.change(report.clients().failed(), other.failed(), "") + ")",
                        Words.count(other.lost()),
                        Words.count(other.orphans())));
        line("");
        line("In brackets: what changed since.");
    }

    private void heading(String words) {
        line("");
        line("## " + words);
        line("");
    }

    private void row(String... cells) {
        var row = new StringBuilder("|");
        for (String cell : cells) {
            row.append(' ')
                    .append(cell.startsWith("---") || cell.startsWith("**") ? cell : plain(cell))
                    .append(" |");
        }
        line(row.toString());
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    /** Whatever a problem says begins no table, no link and no tag. */
    private static String plain(String text) {
        return text.replaceAll("([\\\\|<>`*_\\[\\]])", "\\\\$1").replace('\n', ' ');
    }
}
