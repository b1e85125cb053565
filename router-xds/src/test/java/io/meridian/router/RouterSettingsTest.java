package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.router.ads.AdsTls;
import io.meridian.router.hold.HoldLimits;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouterSettingsTest {
    private static final Map<String, String> GOOD = Map.of(
            "meridian.region", "east",
            "meridian.router.name", "east-router",
            "meridian.feed.servers", "127.0.0.1:23011, [::1]:23111,west.test:23211",
            "meridian.ads.port", "23020",
            "meridian.hold.port", "23021",
            "meridian.gateway.sds", "/tls/east/gateway-sds",
            "quarkus.http.host", "127.0.0.1");

    @Test
    void keysAreRead() {
        var settings = ((RouterSettings.Reading.Read) read(GOOD)).settings();

        assertThat(settings.feedServers()).containsExactly("127.0.0.1:23011", "[::1]:23111", "west.test:23211");
        assertThat(settings.adsPort()).isEqualTo(23020);
        assertThat(settings.data()).hasToString("data");
        assertThat(settings.host()).isEqualTo("127.0.0.1");
        assertThat(settings.holdLimits()).isEqualTo(HoldLimits.DEFAULT);
    }

    @Test
    void everyFaultIsReportedAtOnceWithKeyValueAndRule() {
        var bad = new HashMap<>(GOOD);
        bad.remove("meridian.region");
        bad.put("meridian.ads.port", "99999");
        bad.put("meridian.feed.servers", "nowhere");
        bad.put("meridian.hold.prot", "1");
        bad.put("meridian.hold.max-waiting", "0");
        bad.put("meridian.hold.max-bytes", "256M");

        List<String> faults = ((RouterSettings.Reading.Faulty) read(bad)).faults();

        assertThat(faults)
                .hasSize(6)
                .anyMatch(fault -> fault.startsWith("meridian.region=: must be "))
                .anyMatch(fault -> fault.startsWith("meridian.ads.port=99999: must be a port"))
                .anyMatch(fault -> fault.startsWith("meridian.feed.servers=nowhere: must be host:port"))
                .anyMatch(fault -> fault.startsWith("meridian.hold.max-waiting=0: must be a whole number"))
                .anyMatch(fault -> fault.startsWith("meridian.hold.max-bytes=256M: must be a whole number"))
                .anyMatch(fault -> fault.startsWith("meridian.hold.prot: is not a key"));
    }

    @Test
    void identityOfTheAdsPortIsAllOfItOrNone() {
        var tls = new HashMap<>(GOOD);
        tls.put("meridian.ads.tls.certificate", "/tls/router.crt");
        tls.put("meridian.ads.tls.key", "/tls/router.key");

        assertThat(((RouterSettings.Reading.Faulty) read(tls)).faults())
                .singleElement()
                .asString()
                .startsWith("meridian.ads.tls.ca=: must be the path of a PEM file")
                .endsWith("all of them or none");
        tls.put("meridian.ads.tls.ca", "/tls/ca.crt");
        assertThat(((RouterSettings.Reading.Read) read(tls)).settings().adsTls())
                .contains(new AdsTls.PemFiles(
                        Path.of("/tls/router.crt"), Path.of("/tls/router.key"), Path.of("/tls/ca.crt")));
        assertThat(((RouterSettings.Reading.Read) read(GOOD)).settings().adsTls())
                .isEmpty();
    }

    private static RouterSettings.Reading read(Map<String, String> values) {
        return RouterSettings.read(values.keySet(), key -> Optional.ofNullable(values.get(key)));
    }
}
