package io.meridian.agent.transport;

import io.meridian.agent.capture.StreamStoppedException;
import io.meridian.topology.RegionId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** The region's own topics, made once by whoever needs them first. Safe for any thread. */
public final class OwnTopics {
    private static final Logger LOG = Logger.getLogger(OwnTopics.class);

    private final Topics names;
    private final String bootstrap;
    private final List<RegionId> sources;
    private final Duration longestOutage;
    /** As they were when they were last found to be right; empty: they are to be looked at. */
    private Map<String, String> ids = Map.of();

    private List<String> warned = List.of();

    /** @param longestOutage how long a region may be away and still find what it lacks: what retention is held against */
    public OwnTopics(Topics names, String bootstrap, List<RegionId> sources, Duration longestOutage) {
        this.names = names;
        this.bootstrap = bootstrap;
        this.sources = sources;
        this.longestOutage = longestOutage;
    }

    public Topics names() {
        return names;
    }

    public String bootstrap() {
        return bootstrap;
    }

    /** Returns once all of them exist and are what they must be. */
    public synchronized void ready() throws Exception {
        if (ids.isEmpty()) {
            look();
        }
    }

    /**
     * Id of the topic of changes as it is now: another one than before when it was made anew.
     *
     * @throws StreamStoppedException a topic is not as it must be
     */
    public synchronized String changesId() throws Exception {
        look();
        String id = ids.get(names.changes());
        if (id == null) {
            throw new IllegalStateException("topic " + names.changes() + " has no id");
        }
        return id;
    }

    /**
     * What became of the topics since they were looked at: one that is gone or another one is named. Whoever needs them next looks at them again.
     *
     * @return by topic, in words
     */
    synchronized Map<String, String> changed() throws Exception {
        Map<String, String> now = names.ids(bootstrap, sources);
        Map<String, String> changed = new TreeMap<>();
        ids.forEach((topic, id) -> {
            String found = now.get(topic);
            if (found == null) {
                changed.put(topic, "was deleted");
            } else if (!found.equals(id)) {
                changed.put(topic, "was deleted and made anew");
            }
        });
        if (!changed.isEmpty()) {
            ids = Map.of();
        }
        return changed;
    }

    private void look() throws Exception {
        Topics.Ready ready = names.ensure(bootstrap, sources, longestOutage);
        ids = ready.ids();
        if (!ready.warnings().equals(warned)) {
            warned = ready.warnings();
            if (!warned.isEmpty()) {
                LOG.warnf("topics may cost data one day problem=%s", String.join(" | ", warned));
            }
        }
    }
}
