package io.meridian.control.observe;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** {@code meridian.traces.endpoint} turns traces on and says where they go; without it there is no exporter that could complain. */
public final class TracesSwitch implements ConfigSourceFactory {
    private static final String ENDPOINT = "meridian.traces.endpoint";
    /** Above application.properties in the jar, below a file beside it: whoever knows Quarkus may say it otherwise. */
    private static final int ORDINAL = 255;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue endpoint = context.getValue(ENDPOINT);
        boolean set = endpoint != null
                && endpoint.getValue() != null
                && !endpoint.getValue().isBlank();
        Map<String, String> settings = set
                ? Map.of(
                        "quarkus.otel.sdk.disabled",
                        "false",
                        "quarkus.otel.exporter.otlp.endpoint",
                        endpoint.getValue())
                : Map.of("quarkus.otel.sdk.disabled", "true");
        return List.of(new PropertiesConfigSource(settings, "meridian.traces", ORDINAL));
    }

    @Override
    public OptionalInt getPriority() {
        return OptionalInt.of(ORDINAL);
    }
}
