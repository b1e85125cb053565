package io.meridian.router.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HoldMetricsTest {
    @Test
    void everyMetricOfHoldsIsOnThePageAndThePageNamesNoOther() throws IOException {
        var registry = new SimpleMeterRegistry();
        new HoldCounts(registry).limits(HoldLimits.DEFAULT);

        Set<String> shown = registry.getMeters().stream()
                .map(Meter::getId)
                .map(HoldMetricsTest::asPrometheusShowsIt)
                .filter(name -> !name.endsWith("_percentile"))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> named = new TreeSet<>();
        String page = Files.readString(Path.of(System.getProperty("meridian.root", ".."), "docs", "metrics.md"));
        Pattern.compile("(?m)^\\| `(meridian_hold_\\w+)` \\|")
                .matcher(page)
                .results()
                .forEach(found -> named.add(found.group(1)));

        assertThat(shown).isEqualTo(named);
        assertThat(page).contains("`" + HoldRules.Reason.HOLD_FULL.text() + "`");
    }

    private static String asPrometheusShowsIt(Meter.Id id) {
        return id.getName()
                + switch (id.getType()) {
                    case COUNTER -> "_total";
                    case TIMER -> "_seconds";
                    default -> id.getName().endsWith(".percentile") ? "_percentile" : "";
                };
    }
}
