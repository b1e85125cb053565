package io.meridian.control.rest;

import io.meridian.control.history.AuditLine;
import io.meridian.control.state.ControlState;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Who did what. The newest entries are everywhere; older ones come from this node's own files. */
@Path("/api/v1/audit")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "access")
@RunOnVirtualThread
public class AuditResource {
    private static final int LIMIT = 500;

    /** Entries that one request looks at, at most: a filter that nothing passes answers an empty page and goes on with the next. */
    private static final long LOOKED_AT = 2_000;

    private final Api api;
    private final History history;

    public AuditResource(Api api, History history) {
        this.api = api;
        this.history = history;
    }

    /**
     * @param count of all entries there ever were
     * @param head hash of the newest one; empty: there is none
     * @param next cursor of the page behind this one; null: this is the last
     * @param missing numbers that this node does not have; another one does
     */
    record AuditJson(
            long count,
            String head,
            List<AuditLine> entries,
            @Nullable String next,
            List<MissingJson> missing) {}

    record MissingJson(long from, long to) {}

    @GET
    @ApiOperation("Who did what, the newest first, or the oldest first to export and check")
    public AuditJson listAudit(
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("order") @Nullable String order,
            @QueryParam("who") @Nullable String who,
            @QueryParam("what") @Nullable String what,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("alarm") @Nullable String alarm)
            throws InterruptedException {
        boolean oldestFirst = "oldest".equals(order);
        if (order != null && !oldestFirst && !order.equals("newest")) {
            throw Pages.wrong("order", "'newest' or 'oldest'");
        }
        boolean alarmsOnly = Pages.flag("alarm", alarm);
        Optional<Instant> since = instant("from", from);
        Optional<Instant> until = instant("to", to);
        Predicate<AuditLine> wanted = line -> (who == null || line.who().equals(who))
                && (what == null || line.what().contains(what))
                && since.filter(time -> line.at().isBefore(time)).isEmpty()
                && until.filter(time -> !line.at().isBefore(time)).isEmpty()
                && (!alarmsOnly || line.alarm());
        int most = (int) Pages.number("limit", limit, 100, 1, LIMIT);
        ControlState state = api.read();
        long count = state.audit().count();
        return oldestFirst
                ? oldest(state, Pages.number("cursor", cursor, 0, 0, Long.MAX_VALUE), most, wanted)
                : newest(state, Pages.number("cursor", cursor, count + 1, 0, Long.MAX_VALUE), most, wanted);
    }

    private AuditJson newest(ControlState state, long before, int limit, Predicate<AuditLine> wanted) {
        long end = Math.min(before, state.audit().count() + 1);
        long begin = Math.max(1, end - LOOKED_AT);
        List<AuditLine> lines = between(state, begin, end);
        var page = new ArrayList<AuditLine>();
        long at = begin;
        for (AuditLine line : lines.reversed()) {
            if (page.size() == limit) {
                break;
            }
            at = line.number();
            if (wanted.test(line)) {
                page.add(line);
            }
        }
        at = page.size() == limit ? at : begin;
        return answer(state, page, at > 1 ? at : -1, missing(lines, at, end));
    }

    private AuditJson oldest(ControlState state, long after, int limit, Predicate<AuditLine> wanted) {
        long begin = Math.min(after, state.audit().count()) + 1;
        long end = Math.min(state.audit().count() + 1, begin + LOOKED_AT);
        List<AuditLine> lines = between(state, begin, end);
        var page = new ArrayList<AuditLine>();
        long at = begin - 1;
        for (AuditLine line : lines) {
            if (page.size() == limit) {
                break;
            }
            at = line.number();
            if (wanted.test(line)) {
                page.add(line);
            }
        }
        at = page.size() == limit ? at : end - 1;
        return answer(state, page, at < state.audit().count() ? at : -1, missing(lines, begin, at + 1));
    }

    private static AuditJson answer(ControlState state, List<AuditLine> page, long next, List<MissingJson> missing) {
        return new AuditJson(
                state.audit().count(), state.audit().head(), page, next < 0 ? null : Long.toString(next), missing);
    }

    private List<AuditLine> between(ControlState state, long from, long to) {
        var lines = new TreeMap<Long, AuditLine>();
        state.audit().entries().stream()
                .filter(entry -> entry.number() >= from && entry.number() < to)
                .forEach(entry -> lines.put(entry.number(), AuditLine.of(entry)));
        if (lines.size() < to - from) {
            history.audit().between(from, to).forEach(line -> lines.putIfAbsent(line.number(), line));
        }
        return List.copyOf(lines.values());
    }

    private static List<MissingJson> missing(List<AuditLine> lines, long from, long to) {
        var missing = new ArrayList<MissingJson>();
        long expected = from;
        for (AuditLine line : lines) {
            if (line.number() >= from && line.number() < to) {
                if (line.number() > expected) {
                    missing.add(new MissingJson(expected, line.number() - 1));
                }
                expected = line.number() + 1;
            }
        }
        if (expected < to) {
            missing.add(new MissingJson(expected, to - 1));
        }
        return missing;
    }

    private static Optional<Instant> instant(String name, @Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            throw Pages.wrong(name, "a time such as 2026-11-25T00:00:00Z");
        }
    }
}
