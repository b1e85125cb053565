package io.meridian.drill;

import io.meridian.drill.report.Report;
import io.meridian.drill.report.Reports;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "report",
        description =
                "What a drill found; the newest, unless one is named. Where its files are is told on standard error.")
final class ReportCommand implements Callable<Integer> {
    @Mixin
    private final InstanceChoice choice = new InstanceChoice();

    @Parameters(arity = "0..1", paramLabel = "ID", description = "Of a drill.")
    private @Nullable String id;

    @Option(
            names = "--format",
            defaultValue = "md",
            paramLabel = "html|md|json",
            description = "What goes to standard output (default: ${DEFAULT-VALUE}).")
    private String format = "md";

    @Option(names = "--list", description = "Which reports there are, newest first.")
    private boolean list;

    @Override
    public Integer call() throws Exception {
        Reports reports = choice.reports();
        List<String> ids = reports.ids();
        if (list) {
            for (String each : ids) {
                reports.read(each)
                        .ifPresent(
                                report -> System.out.println(each + "  " + report.about() + "  " + report.outcome()));
            }
            return DrillMain.DONE;
        }
        if (ids.isEmpty()) {
            throw new RefusedToStartException(DrillMain.NOT_FOUND, "no drill has left a report here yet");
        }
        String wanted = id == null ? ids.getFirst() : id;
        Optional<Report> report = reports.read(wanted);
        if (report.isEmpty()) {
            throw new RefusedToStartException(
                    DrillMain.NOT_FOUND,
                    "there is no report of a drill " + wanted + "; ./meridian drill report" + choice.flag()
                            + " --list tells which there are");
        }
        System.out.print(Reports.render(report.get(), chosen()));
        System.out.flush();
        for (Reports.Format each : Reports.Format.values()) {
            System.err.println(" " + reports.file(wanted, each));
        }
        return DrillMain.DONE;
    }

    private Reports.Format chosen() throws RefusedToStartException {
        return switch (format) {
            case "html" -> Reports.Format.HTML;
            case "md" -> Reports.Format.MD;
            case "json" -> Reports.Format.JSON;
            default ->
                throw new RefusedToStartException(
                        DrillMain.USAGE, "--format is html, md or json, not '" + format + "'");
        };
    }
}
