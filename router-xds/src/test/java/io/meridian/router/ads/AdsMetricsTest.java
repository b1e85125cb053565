package io.meridian.router.ads;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AdsMetricsTest {
    @Test
    void thePageNamesEveryMetricAndNoOther() throws Exception {
        var registry = new SimpleMeterRegistry();
        new AdsCounts(registry).watch(new AckLedger(_ -> {}));
        String page = Files.readString(Path.of(System.getProperty("meridian.root", ".."), "docs", "metrics.md"));

        var shown = registry.getMeters().stream()
                .map(AdsMetricsTest::exposed)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(shown)
                .isEqualTo(Pattern.compile("(?m)^\\| `(meridian_ads_\\w+)` \\|")
                        .matcher(page)
                        .results()
                        .map((MatchResult found) -> found.group(1))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static String exposed(Meter meter) {
        return meter.getId().getName()
                + switch (meter.getId().getType()) {
                    case COUNTER -> "_total";
                    case TIMER -> "_seconds";
                    default -> "";
                };
    }
}
