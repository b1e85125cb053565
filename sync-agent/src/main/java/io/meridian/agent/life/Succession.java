package io.meridian.agent.life;

import io.meridian.agent.store.StoreAccess;
import io.meridian.agent.transport.EarlierLog;
import io.meridian.agent.transport.Topics;
import io.meridian.topology.RegionId;
import io.meridian.topology.StoreLife;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jboss.logging.Logger;

/**
 * Whose log this store applies, where regions begin anew. The next life's log is gone over to once nothing of the one before is waited for: it was copied to
 * its end, all of that was applied, nothing of it is parked, and no shard's head is in it. So no two logs of one region are ever applied side by side, and
 * to all that follows the next one is a source that just began.
 *
 * @see "ARCHITECTURE, A region that begins anew"
 */
public final class Succession {
    private static final Logger LOG = Logger.getLogger(Succession.class);

    private final RegionId here;
    private final StoreAccess store;
    private final String bootstrap;
    private final Map<RegionId, String> peers;
    private final Map<RegionId, String> waiting = new ConcurrentSkipListMap<>();

    /** A region, and the life whose log follows the one that is applied. */
    public record Next(RegionId source, StoreLife life) {}

    /** @param bootstrap of this region's Kafka @param peers of the others', as this region reaches them */
    public Succession(RegionId here, StoreAccess store, String bootstrap, Map<RegionId, String> peers) {
        this.here = here;
        this.store = store;
        this.bootstrap = bootstrap;
        this.peers = Map.copyOf(peers);
    }

    /** Those behind their first, this region's own among them. */
    public Map<RegionId, Integer> lives() throws SQLException {
        try (Connection session = store.open("meridian-life")) {
            return LifeRows.load(session);
        }
    }

    /**
     * Regions of which {@code known} says a later life than {@code lives}, and of whose log nothing was ever applied here, are of that one at once: this store
     * is new. Before anything of them is applied.
     */
    public Map<RegionId, Integer> atFirst(Map<RegionId, StoreLife> known) throws SQLException {
        try (Connection session = store.open("meridian-life")) {
            Map<RegionId, Integer> lives = LifeRows.load(session);
            for (var next : later(known, lives).entrySet()) {
                RegionId source = next.getKey();
                if (LifeRows.kept(session)
                        && LifeRows.progress(session, source).isEmpty()
                        && LifeRows.waiting(session, source).isEmpty()) {
                    begin(session, source, next.getValue().number());
                }
            }
            return LifeRows.load(session);
        }
    }

    /**
     * One region whose next log may be gone over to, as far as can be seen while its present one is applied; empty: none.
     *
     * @param names of the present logs
     */
    public Optional<Next> ready(Map<RegionId, StoreLife> known, Topics names) {
        Optional<Next> ready = Optional.empty();
        for (var next : later(known, names.lives()).entrySet()) {
            Optional<String> obstacle = obstacle(next.getKey(), next.getValue(), names);
            obstacle.ifPresentOrElse(why -> wait(next.getKey(), why), () -> waiting.remove(next.getKey()));
            ready = obstacle.isEmpty() ? Optional.of(new Next(next.getKey(), next.getValue())) : ready;
        }
        return ready;
    }

    /** Once nothing is applied any more; decides anew. */
    public void goOver(Next next, Topics names) {
        RegionId source = next.source();
        Optional<String> obstacle = obstacle(source, next.life(), names);
        if (obstacle.isPresent()) {
            wait(source, obstacle.get());
            return;
        }
        try (Connection session = store.open("meridian-life")) {
            begin(session, source, next.life().number());
        } catch (SQLException e) {
            wait(source, "the store does not answer: " + e.getMessage());
        }
    }

    private static void begin(Connection session, RegionId source, int life) throws SQLException {
        session.setAutoCommit(false);
        LifeRows.begin(session, source, life);
        session.commit();
        session.setAutoCommit(true);
        LOG.infof("a region's next log is applied from now on source=%s life=%d", source, life);
    }

    private Optional<String> obstacle(RegionId source, StoreLife next, Topics names) {
        String peer = peers.get(source);
        if (peer == null) {
            return Optional.of("meridian.kafka.peers does not name it");
        }
        try (Connection session = store.open("meridian-life")) {
            if (!LifeRows.kept(session)) {
                return Optional.of("schema meridian is of an earlier release: run agent install --apply");
            }
            Optional<String> waits = LifeRows.waiting(session, source);
            if (waits.isPresent()) {
                return waits;
            }
            Map<Integer, Position> progress = LifeRows.progress(session, source);
            var log = new EarlierLog(names, bootstrap, source, peer);
            return log.unapplied(progress).or(() -> next.logLost() ? Optional.empty() : log.uncopied());
        } catch (SQLException e) {
            return Optional.of("the store does not answer: " + e.getMessage());
        }
    }

    /** What is waited for; any thread. */
    public Optional<String> problem() {
        return waiting.entrySet().stream()
                .findFirst()
                .map(each -> "region " + each.getKey() + " began anew, and its earlier log is not at its end here: "
                        + each.getValue());
    }

    private void wait(RegionId source, String why) {
        if (!why.equals(waiting.put(source, why))) {
            LOG.warnf(
                    "a region began anew, and its earlier log is not at its end here source=%s problem=%s",
                    source, why);
        }
    }

    private Map<RegionId, StoreLife> later(Map<RegionId, StoreLife> known, Map<RegionId, Integer> lives) {
        Map<RegionId, StoreLife> later = new HashMap<>();
        known.forEach((region, life) -> {
            if (!region.equals(here) && life.number() > lives.getOrDefault(region, 1)) {
                later.put(region, life);
            }
        });
        return later;
    }
}
