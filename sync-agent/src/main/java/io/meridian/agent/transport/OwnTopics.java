package io.meridian.agent.transport;

import io.meridian.topology.RegionId;
import java.util.List;
import java.util.Optional;

/** The region's own topics, made once by whoever needs them first. Safe for any thread. */
public final class OwnTopics {
    private final Topics names;
    private final String bootstrap;
    private final List<RegionId> sources;
    private Optional<String> changesId = Optional.empty();

    public OwnTopics(Topics names, String bootstrap, List<RegionId> sources) {
        this.names = names;
        this.bootstrap = bootstrap;
        this.sources = sources;
    }

    public Topics names() {
        return names;
    }

    public String bootstrap() {
        return bootstrap;
    }

    /** Returns once all of them exist. */
    public synchronized void ready() throws Exception {
        if (changesId.isEmpty()) {
            changesId = Optional.of(names.ensure(bootstrap, sources));
        }
    }

    /** Id of the topic of changes as it is now: another one than before when it was made anew. */
    public synchronized String changesId() throws Exception {
        String id = names.ensure(bootstrap, sources);
        changesId = Optional.of(id);
        return id;
    }
}
