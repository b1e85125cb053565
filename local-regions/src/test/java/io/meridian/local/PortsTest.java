package io.meridian.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void noTwoListenersOfThreeRegionsShareAPort() {
        var ports = new Ports(21_000);
        Map<Integer, String> taken = new HashMap<>();

        for (int region = 0; region < 3; region++) {
            for (Ports.Part part : Ports.Part.values()) {
                take(taken, ports.of(region, part), region + "/" + part);
            }
            for (int place = 0; place < 10; place++) {
                take(taken, ports.zone(region, place), region + "/zone " + place);
            }
            for (int peer = 0; peer < 3; peer++) {
                take(taken, ports.kafkaFor(region, peer), region + "/kafka for " + peer);
                for (Ports.Carried carried : Ports.Carried.values()) {
                    take(taken, ports.link(region, peer, carried), region + "/link to " + peer + " " + carried);
                }
            }
        }
        take(taken, ports.linkControl(), "control");

        assertThat(taken.keySet()).allSatisfy(port -> assertThat(port).isBetween(21_000, 21_299));
    }

    private static void take(Map<Integer, String> taken, int port, String listener) {
        assertThat(taken.put(port, listener)).as("%s and %s", listener, port).isNull();
    }
}
