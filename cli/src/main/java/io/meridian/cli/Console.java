package io.meridian.cli;

import io.meridian.cli.api.Documents;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help.Ansi;

/** Prints for people on a terminal, plainly for everything else. */
final class Console {
    private static final String BACK_AND_CLEAR = "\r\u001b[2K";

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean terminal;
    private boolean passing;

    Console(Surroundings around) {
        this.out = around.out();
        this.err = around.err();
        this.terminal = around.terminal();
    }

    void line(String text) {
        wipe();
        out.println(text);
        out.flush();
    }

    void json(Object document) {
        line(Documents.write(document));
    }

    void error(String text) {
        wipe();
        err.println(text);
        err.flush();
    }

    /** On a terminal: shown until the next line takes its place. Elsewhere nothing: a log wants what happened, not what lasts. */
    void passing(String text) {
        if (terminal) {
            out.print(BACK_AND_CLEAR + text);
            out.flush();
            passing = true;
        }
    }

    /** Columns as wide as their widest cell; numbers to the right. */
    void table(List<String> heading, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>();
        all.add(heading);
        all.addAll(rows);
        int[] widths = new int[heading.size()];
        boolean[] numbers = new boolean[heading.size()];
        for (int column = 0; column < widths.length; column++) {
            int at = column;
            widths[at] =
                    all.stream().mapToInt(row -> row.get(at).length()).max().orElse(0);
            numbers[at] =
                    !rows.isEmpty() && rows.stream().allMatch(row -> row.get(at).matches("[0-9][0-9,.]*( ms| s)?"));
        }
        for (List<String> row : all) {
            var text = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = row.get(column);
                String padding = " ".repeat(widths[column] - cell.length());
                text.append(numbers[column] ? padding + cell : cell + padding).append("  ");
            }
            String line = text.toString().stripTrailing();
            line(row == heading ? bold(line) : line);
        }
    }

    String good(String text) {
        return styled("fg(green),bold", text);
    }

    String bad(String text) {
        return styled("fg(red),bold", text);
    }

    String bold(String text) {
        return styled("bold", text);
    }

    private String styled(String style, String text) {
        return terminal && !text.isEmpty() ? Ansi.ON.string("@|" + style + " " + text + "|@") : text;
    }

    private void wipe() {
        if (passing) {
            out.print(BACK_AND_CLEAR);
            passing = false;
        }
    }
}
