package io.meridian.drill.report;

import static io.meridian.drill.report.HtmlReport.escaped;
import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The report's drawings, as SVG that needs nothing else. */
final class Charts {
    private static final double WIDTH = 900;
    private static final double LEFT = 46;
    private static final double HEIGHT = 180;
    private static final double BOTTOM = 22;
    private static final List<String> COLOURS =
            List.of("#0059c9", "#b1380b", "#3d7317", "#5e40be", "#8a6100", "#00687a");

    private Charts() {}

    /** Answers per second: what failed stands on what did not. */
    static String answers(Report report) {
        long most = report.curve().stream()
                .mapToLong(second -> second.ok() + second.failed())
                .max()
                .orElse(0);
        if (most == 0) {
            return "";
        }
        var svg = new StringBuilder(open(HEIGHT + 16, "Answers per second, acknowledged and failed"));
        double width = Math.max(0.8, scale(report.seconds()) - 0.4);
        for (Report.Second second : report.curve()) {
            double ok = HEIGHT * second.ok() / most;
            double failed = HEIGHT * second.failed() / most;
            bar(svg, x(report, second.second()), HEIGHT - ok, width, ok, "#3d7317");
            bar(svg, x(report, second.second()), HEIGHT - ok - failed, width, failed, "#b1380b");
        }
        text(svg, 0, 12, most + "/s");
        text(svg, 0, HEIGHT, "0");
        axis(svg, report, HEIGHT);
        text(svg, WIDTH - 210, 12, "green: acknowledged, red: failed");
        return svg.append("</svg>\n").toString();
    }

    /** When each stage was. */
    static String stages(Report report) {
        List<Report.Stage> measured = report.stages().stream()
                .filter(stage -> stage.fromSecond() != null && stage.seconds() != null)
                .toList();
        if (measured.isEmpty()) {
            return "";
        }
        double height = 18.0 * measured.size();
        var svg = new StringBuilder(open(height + 16, "When each stage was"));
        for (int row = 0; row < measured.size(); row++) {
            Report.Stage stage = measured.get(row);
            double from = x(report, requireNonNull(stage.fromSecond()));
            double wide = Math.max(2, scale(report.seconds()) * requireNonNull(stage.seconds()));
            bar(svg, from, row * 18 + 3, wide, 12, "#0059c9");
            boolean behind = from + wide < WIDTH - 220;
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%.1f\"%s>%s</text>",
                    behind ? from + wide + 4 : from - 4,
                    row * 18 + 13.0,
                    behind ? "" : " text-anchor=\"end\"",
                    escaped(stage.name() + ", " + Words.seconds(stage.seconds()))));
        }
        axis(svg, report, height);
        return svg.append("</svg>\n").toString();
    }

    /** A line for each link; where nobody knew, it has a gap. */
    static String lag(Report report) {
        long most = report.lag().stream()
                .mapToLong(point -> point.millis() == null ? 0 : point.millis())
                .max()
                .orElse(0);
        if (most == 0) {
            return "";
        }
        Map<String, StringBuilder> lines = new TreeMap<>();
        Map<String, Boolean> broken = new TreeMap<>();
        for (Report.Lag point : report.lag()) {
            String link = point.source() + " -> " + point.target();
            if (point.millis() == null) {
                broken.put(link, true);
                continue;
            }
            boolean begins = broken.getOrDefault(link, true);
            lines.computeIfAbsent(link, _ -> new StringBuilder())
                    .append(String.format(
                            Locale.ROOT,
                            "%s%.1f %.1f ",
                            begins ? "M" : "L",
                            x(report, point.second()),
                            HEIGHT - HEIGHT * point.millis() / most));
            broken.put(link, false);
        }
        var svg = new StringBuilder(open(HEIGHT + 16, "How far each copy was behind"));
        int number = 0;
        for (var line : lines.entrySet()) {
            String colour = COLOURS.get(number % COLOURS.size());
            svg.append("<path fill=\"none\" stroke-width=\"1.5\" stroke=\"")
                    .append(colour)
                    .append("\" d=\"")
                    .append(line.getValue())
                    .append("\"/>");
            bar(svg, LEFT + 10 + number * 130, 4, 10, 4, colour);
            text(svg, LEFT + 24 + number * 130, 11, line.getKey());
            number++;
        }
        text(svg, 0, 12, Words.seconds(most / 1000.0));
        text(svg, 0, HEIGHT, "0 s");
        axis(svg, report, HEIGHT);
        return svg.append("</svg>\n").toString();
    }

    private static String open(double height, String label) {
        return String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">",
                WIDTH,
                height + BOTTOM - 16,
                escaped(label));
    }

    private static void axis(StringBuilder svg, Report report, double at) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.0f\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#4d4d4d\"/>",
                LEFT,
                WIDTH,
                at,
                at));
        double step = report.seconds() > 240 ? 60 : report.seconds() > 60 ? 20 : 5;
        for (double second = 0; second < report.seconds(); second += step) {
            text(svg, x(report, second), at + 14, String.format(Locale.ROOT, "%.0f s", second));
        }
    }

    /** Points for one second. */
    private static double scale(double seconds) {
        return (WIDTH - LEFT) / Math.max(1, seconds);
    }

    private static double x(Report report, double second) {
        return LEFT + scale(report.seconds()) * second;
    }

    private static void bar(StringBuilder svg, double x, double y, double width, double height, String colour) {
        if (height > 0) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
                    x,
                    y,
                    width,
                    height,
                    colour));
        }
    }

    private static void text(StringBuilder svg, double x, double y, String words) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\">%s</text>", x, y, escaped(words)));
    }
}
