package io.meridian.agent.shell;

import io.meridian.agent.AgentSettings;
import io.meridian.agent.SyncAgent;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Starts and stops the agent with Quarkus. */
@ApplicationScoped
public class AgentService {
    private static final Logger LOG = Logger.getLogger(AgentService.class);

    /** Sources above it are environment and system properties, where other programs' names live too. */
    private static final int FILES_ORDINAL_AT_MOST = 299;

    private final Config config;
    private final MeterRegistry meters;
    private volatile Optional<SyncAgent> agent = Optional.empty();

    AgentService(Config config, MeterRegistry meters) {
        this.config = config;
        this.meters = meters;
    }

    void start(@Observes StartupEvent started) {
        switch (AgentSettings.read(namedInFiles(), key -> config.getOptionalValue(key, String.class))) {
            case AgentSettings.Reading.Faulty faulty -> {
                faulty.faults().forEach(fault -> LOG.errorf("configuration refused: %s", fault));
                throw new IllegalStateException("configuration refused: " + String.join("; ", faulty.faults()));
            }
            case AgentSettings.Reading.Read read -> {
                SyncAgent starting = new SyncAgent(read.settings());
                AgentMeters.register(meters, starting);
                starting.start();
                agent = Optional.of(starting);
            }
        }
    }

    void stop(@Observes ShutdownEvent stopping) {
        agent.ifPresent(SyncAgent::close);
    }

    /** Empty while it starts. */
    Optional<SyncAgent> agent() {
        return agent;
    }

    private Set<String> namedInFiles() {
        var named = new HashSet<String>();
        config.getConfigSources().forEach(source -> {
            if (source.getOrdinal() <= FILES_ORDINAL_AT_MOST) {
                named.addAll(source.getPropertyNames());
            }
        });
        return named;
    }
}
