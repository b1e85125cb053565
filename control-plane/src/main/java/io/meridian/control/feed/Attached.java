package io.meridian.control.feed;

import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RouterSession;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The agents and routers whose streams end at this node, by session. Those whose stream broke stay until that has been told. */
final class Attached {
    private final ConcurrentMap<String, AgentMemory> agents = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, RouterMemory> routers = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, FeedStream<?>> streams = new ConcurrentHashMap<>();

    /** An earlier stream of the same agent ends here: told together, the older could seem to be what came last, and the newer would be ended. */
    synchronized void add(String session, AgentMemory agent, FeedStream<?> stream) {
        List<String> earlier = agents.entrySet().stream()
                .filter(known -> known.getValue().key().equals(agent.key()))
                .map(Map.Entry::getKey)
                .toList();
        earlier.forEach(this::superseded);
        streams.put(session, stream);
        agents.put(session, agent);
    }

    void add(String session, RouterMemory router, FeedStream<?> stream) {
        streams.put(session, stream);
        routers.put(session, router);
    }

    /** All sessions. */
    Set<String> known() {
        return streams.keySet();
    }

    void forget(String session) {
        agents.remove(session);
        routers.remove(session);
        streams.remove(session);
    }

    /** The same agent or router has attached by another stream since: this one is of no use, and nobody may hear of it again. */
    void superseded(String session) {
        FeedStream<?> stream = streams.get(session);
        if (stream != null) {
            stream.end("attached by another stream since");
        }
        forget(session);
    }

    FeedFigures figures(FeedCounters counters) {
        return new FeedFigures(
                agents.values().stream()
                        .filter(agent -> agent.observation().connected())
                        .count(),
                routers.values().stream()
                        .filter(router -> router.session().connected())
                        .count(),
                counters.sent.sum(),
                counters.dropped.sum(),
                streams.values().stream()
                        .flatMapToLong(stream -> stream.told().stream())
                        .min());
    }

    Collection<AgentMemory> agents() {
        return agents.values();
    }

    /** By region and group: all that waits in the stores whose agents are attached here, the oldest of what waits in the others. */
    SortedMap<String, List<AgentObservation.Parked>> parked(ControlState state) {
        var parked = new TreeMap<String, List<AgentObservation.Parked>>();
        state.agents().forEach((key, agent) -> parked.put(key, agent.flow().parked()));
        agents.values().stream()
                .filter(AgentMemory::connected)
                .forEach(agent -> parked.put(agent.key(), agent.parked()));
        return parked;
    }

    /** The newest of each store whose agent is attached here. */
    List<OrphanSeen> orphans() {
        return agents.values().stream()
                .filter(AgentMemory::connected)
                .sorted(Comparator.comparing(AgentMemory::key))
                .flatMap(agent -> agent.orphans().stream())
                .toList();
    }

    Collection<RouterMemory> routers() {
        return routers.values();
    }

    /** By name: those attached here as they last said, the others as the replicated state has them, which may be five seconds old. */
    SortedMap<String, RouterSession> sessions(ControlState state) {
        var known = new TreeMap<>((Map<String, RouterSession>) state.routers());
        for (RouterMemory router : routers.values()) {
            RouterSession here = router.session();
            // One that attached anew leaves its old stream behind for a moment, which says less.
            if (here.connected()) {
                known.merge(
                        here.router(),
                        here,
                        (other, same) -> other.connected() && other.hold().compareTo(same.hold()) > 0 ? other : same);
            }
        }
        return known;
    }
}
