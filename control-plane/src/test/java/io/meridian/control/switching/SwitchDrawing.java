package io.meridian.control.switching;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@link SwitchTable} as ARCHITECTURE.md shows it: a drawing, and a table of what each place does and how long it may last. */
final class SwitchDrawing {
    private SwitchDrawing() {}

    static String text() {
        return drawing() + "\n" + table();
    }

    private static final Run ANY = MoveLab.at(StateName.HOLDING).run();

    private static String drawing() {
        var lines = new ArrayList<String>(List.of("```mermaid", "stateDiagram-v2"));
        for (Place place : Place.values()) {
            if (!place.name().equals(place.shownAs().name())) {
                lines.add("    state \"" + place.shownAs() + "\" as " + place);
            }
        }
        lines.add("    [*] --> PLANNED");
        for (SwitchTable.Row row : SwitchTable.ROWS) {
            lines.add("    " + row.from() + " --> " + row.to() + ": " + row.when());
        }
        for (Place place : Place.values()) {
            if (place.side() == Place.Side.END) {
                lines.add("    " + place + " --> [*]");
            }
        }
        lines.add("```");
        return String.join("\n", lines) + "\n";
    }

    private static String table() {
        var lines = new ArrayList<String>(List.of("| place | side | what it does | how long |", "|---|---|---|---|"));
        for (Place place : Place.values()) {
            String shown =
                    place.name().equals(place.shownAs().name()) ? place.name() : place + " (" + place.shownAs() + ")";
            lines.add("| " + shown + " | " + place.side() + " | " + place.does() + " | " + times(place) + " |");
        }
        return String.join("\n", lines) + "\n";
    }

    private static String times(Place place) {
        return SwitchTable.TIMES.stream()
                .filter(timed -> timed.place() == place)
                .map(timed -> {
                    String after = timed.after()
                            .apply(ANY)
                            .map(time -> time.toSeconds() + " s")
                            .orElse("as asked");
                    return (timed.deadline() == SwitchTable.Deadline.PATIENCE ? "patience " : "limit ") + after + ": "
                            + timed.then();
                })
                .collect(Collectors.joining("; "));
    }
}
