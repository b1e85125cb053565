package io.meridian.control.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.drilling.Cron;
import io.meridian.control.drilling.DrillSchedule;
import io.meridian.control.drilling.Timetable;
import io.meridian.topology.Problem;
import io.meridian.topology.RegionId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A schedule as a person declares it, read. */
final class ScheduleDocument {
    private static final String NAME = "[a-z][a-z0-9-]{0,39}";
    private static final int ABSENT_WINDOW_MINUTES = 30;
    private static final Set<String> MEMBERS =
            Set.of("scenario", "region", "cron", "timeZone", "windowMinutes", "blackouts", "enabled", "note");

    private ScheduleDocument() {}

    static DrillSchedule.Declared read(String name, @Nullable String body, Instant now) {
        return Documents.read(
                body,
                "a schedule is {\"scenario\":\"lose-link\",\"cron\":\"0 3 * * MON\",\"timeZone\":\"Europe/Berlin\"}",
                MEMBERS,
                (document, faults) -> read(name, document, now, faults));
    }

    private static DrillSchedule.Declared read(
            String name, JsonNode document, Instant now, List<Problem.Fault> faults) {
        if (!name.matches(NAME)) {
            faults.add(new Problem.Fault(
                    "",
                    "the name in the path, '" + name + "': small letters, digits and '-', a letter first, at most 40"));
        }
        String scenario = Documents.text(document, "scenario", "a scenario such as \"lose-link\"", faults);
        if (!scenario.isBlank() && !scenario.matches(NAME)) {
            faults.add(new Problem.Fault(
                    "/scenario", "'" + scenario + "' is no name of a scenario, such as \"lose-link\""));
        }
        Optional<RegionId> region = region(document, faults);
        String note =
                document.hasNonNull("note") ? Documents.text(document, "note", "for whoever looks later", faults) : "";
        if (note.length() > DrillSchedule.LONGEST_NOTE) {
            faults.add(new Problem.Fault("/note", "at most " + DrillSchedule.LONGEST_NOTE + " characters"));
        }
        return new DrillSchedule.Declared(
                name, scenario, region, note, timetable(document, now, faults), enabled(document, faults));
    }

    private static Optional<RegionId> region(JsonNode document, List<Problem.Fault> faults) {
        if (!document.hasNonNull("region")) {
            return Optional.empty();
        }
        String region = Documents.text(document, "region", "a region such as \"west\"", faults);
        if (!region.isBlank() && !RegionId.isName(region)) {
            faults.add(new Problem.Fault("/region", "'" + region + "' is no name of a region, such as \"west\""));
        }
        return Optional.of(RegionId.of(region));
    }

    private static boolean enabled(JsonNode document, List<Problem.Fault> faults) {
        if (document.hasNonNull("enabled") && !document.path("enabled").isBoolean()) {
            faults.add(new Problem.Fault("/enabled", "true or false"));
        }
        return !document.hasNonNull("enabled") || document.path("enabled").asBoolean();
    }

    private static Timetable timetable(JsonNode document, Instant now, List<Problem.Fault> faults) {
        int before = faults.size();
        String cron = cron(document, faults);
        String timeZone = document.hasNonNull("timeZone")
                ? Documents.text(document, "timeZone", "a time zone such as \"Europe/Berlin\"", faults)
                : "UTC";
        if (!timeZone.isBlank() && !Timetable.knowsTimeZone(timeZone)) {
            faults.add(new Problem.Fault(
                    "/timeZone",
                    "'" + timeZone + "' is no time zone of the tz database, such as Europe/Berlin or UTC"));
        }
        int window = document.hasNonNull("windowMinutes")
                ? Documents.whole(document, "windowMinutes", 1, Timetable.LONGEST_WINDOW_MINUTES, faults)
                : ABSENT_WINDOW_MINUTES;
        var timetable = new Timetable(cron, timeZone, window, blackouts(document, faults));
        if (faults.size() == before && never(timetable, now)) {
            faults.add(new Problem.Fault("/cron", "'" + cron + "' never comes; name a day that there is"));
        }
        return timetable;
    }

    private static String cron(JsonNode document, List<Problem.Fault> faults) {
        int before = faults.size();
        String cron = Documents.text(document, "cron", "five fields such as \"0 3 * * MON\"", faults);
        if (faults.size() == before && Cron.read(cron) instanceof Cron.Reading.Faulty(String fault)) {
            faults.add(new Problem.Fault("/cron", fault));
        }
        return cron.strip();
    }

    private static boolean never(Timetable timetable, Instant now) {
        try {
            return timetable.due(now).isEmpty();
        } catch (DateTimeException beyondAllTime) {
            return true;
        }
    }

    private static List<Timetable.Blackout> blackouts(JsonNode document, List<Problem.Fault> faults) {
        List<String> texts =
                document.hasNonNull("blackouts") ? Documents.texts(document, "blackouts", faults) : List.of();
        if (texts.size() > Timetable.BLACKOUTS) {
            faults.add(new Problem.Fault("/blackouts", "at most " + Timetable.BLACKOUTS + " days or ranges"));
        }
        var blackouts = new ArrayList<Timetable.Blackout>();
        for (int i = 0; i < texts.size(); i++) {
            Optional<Timetable.Blackout> days = Timetable.Blackout.read(texts.get(i));
            if (days.isPresent()) {
                blackouts.add(days.get());
            } else {
                faults.add(new Problem.Fault(
                        "/blackouts/" + i,
                        "a day such as \"2026-12-24\", or two with a '/' between them, of which the first is"
                                + " not later"));
            }
        }
        return blackouts;
    }
}
