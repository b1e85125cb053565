package io.meridian.simulation.router;

import io.meridian.simulation.engine.Links;
import io.meridian.simulation.engine.Scheduler;
import io.meridian.simulation.store.Writers;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ZoneId;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * A region's Envoy with {@code shard_router.lua}, and the application behind it: the map, then whatever the hold endpoint says, a bounded number of
 * times. A 421 comes back here; the client sees a longer answer.
 */
public final class SimEdge {
    private static final int HOPS_LIMIT = 5;
    /** After which a client gives up; the transaction may be through all the same. */
    private static final long CLIENT_LIMIT_MICROS = 15_000_000;

    /** What the client sees. */
    public enum Answer {
        DONE,
        /** 503: nothing was executed. */
        UNAVAILABLE,
        /** The application answered 500: its transaction was rolled back. */
        ABORTED,
        /** No answer: whether it was executed is not known. */
        UNKNOWN
    }

    private final SimRouter router;
    private final SortedMap<RegionId, Writers> applications;
    private final SortedMap<ZoneId, RegionId> zones;
    private final Scheduler scheduler;
    private final Links<RegionId> links;

    public SimEdge(
            SimRouter router,
            SortedMap<RegionId, Writers> applications,
            SortedMap<ZoneId, RegionId> zones,
            Scheduler scheduler,
            Links<RegionId> links) {
        this.router = router;
        this.applications = applications;
        this.zones = zones;
        this.scheduler = scheduler;
        this.links = links;
    }

    /** @param answer called once */
    public void request(Writers.Request request, Consumer<Answer> answer) {
        var journey = new Journey(request, answer);
        scheduler.after(CLIENT_LIMIT_MICROS, () -> journey.end(Answer.UNKNOWN));
        journey.begin();
    }

    /** One request on its way. */
    private final class Journey {
        private final Writers.Request request;
        private final Consumer<Answer> answer;
        private int hops;
        private boolean over;

        Journey(Writers.Request request, Consumer<Answer> answer) {
            this.request = request;
            this.answer = answer;
        }

        void end(Answer how) {
            if (!over) {
                over = true;
                answer.accept(how);
            }
        }

        void begin() {
            Optional<ZoneId> zone = router.map().flatMap(map -> zoneIn(map.map(), map.zones(), request.shard()));
            if (zone.isPresent()) {
                go(zone.get());
            } else if (router.map().isPresent()) {
                ask(Optional.empty());
            } else {
                end(Answer.UNAVAILABLE);
            }
        }

        private void ask(Optional<String> refusedBy) {
            if (++hops > HOPS_LIMIT || !router.ask(request.shard(), refusedBy, this::answered)) {
                end(Answer.UNAVAILABLE);
            }
        }

        private void answered(Optional<ZoneId> zone) {
            if (over) {
                return;
            }
            zone.ifPresentOrElse(this::go, () -> end(Answer.UNAVAILABLE));
        }

        private void go(ZoneId zone) {
            RegionId to = zones.get(zone);
            Writers application = to == null ? null : applications.get(to);
            if (to == null || application == null || !links.up(router.here(), to)) {
                end(Answer.UNAVAILABLE);
                return;
            }
            links.send(
                    router.here(),
                    to,
                    () -> application.write(request, what -> links.send(to, router.here(), () -> came(zone, what))));
        }

        private void came(ZoneId zone, Writers.Answer what) {
            switch (what) {
                case Writers.Answer.Committed _ -> end(Answer.DONE);
                case Writers.Answer.Aborted _ -> end(Answer.ABORTED);
                case Writers.Answer.Refused _ -> {
                    if (!over) {
                        ask(Optional.of(zone.name()));
                    }
                }
            }
        }
    }

    /** As the script reads the map: empty for '*' and '-'. */
    private static Optional<ZoneId> zoneIn(String map, String zones, ShardId shard) {
        String code = map.charAt(shard.number()) + "=";
        for (String zone : zones.split(";", -1)) {
            if (zone.startsWith(code)) {
                return Optional.of(ZoneId.of(zone.substring(2, zone.indexOf(','))));
            }
        }
        return Optional.empty();
    }
}
