package io.meridian.router;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Starts and stops the router with Quarkus. */
@ApplicationScoped
public class RouterService {
    private static final Logger LOG = Logger.getLogger(RouterService.class);

    /** Sources above it are environment and system properties, where other programs' names live too. */
    private static final int FILES_ORDINAL_AT_MOST = 299;

    private final Config config;
    private final Vertx vertx;
    private final MeterRegistry meters;
    private volatile Optional<Router> router = Optional.empty();

    RouterService(Config config, Vertx vertx, MeterRegistry meters) {
        this.config = config;
        this.vertx = vertx;
        this.meters = meters;
    }

    void start(@Observes StartupEvent started) throws IOException, InterruptedException {
        switch (RouterSettings.read(namedInFiles(), key -> config.getOptionalValue(key, String.class))) {
            case RouterSettings.Reading.Faulty faulty -> {
                faulty.faults().forEach(fault -> LOG.errorf("configuration refused: %s", fault));
                throw new IllegalStateException("configuration refused: " + String.join("; ", faulty.faults()));
            }
            case RouterSettings.Reading.Read read -> router = Optional.of(Router.start(read.settings(), vertx, meters));
        }
    }

    void stop(@Observes ShutdownEvent stopping) {
        router.ifPresent(Router::close);
    }

    /** Empty while it starts. */
    Optional<Router> router() {
        return router;
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
