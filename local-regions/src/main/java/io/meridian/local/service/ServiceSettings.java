package io.meridian.local.service;

import io.meridian.local.Ports.Carried;
import io.meridian.local.Ports.Part;
import io.meridian.local.instance.Layout;
import io.meridian.local.instance.StoreGroup;
import io.meridian.local.tls.Identity;
import io.meridian.local.tls.IdentityFiles;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What stands in a service's {@code config/application.properties}: ARCHITECTURE.md, "Configuration of the services". */
final class ServiceSettings {
    /** System property of whoever starts an instance: how long a lease lasts there. Short ones run out on a starved machine. */
    static final String LEASE = "meridian.local.lease";

    private ServiceSettings() {}

    static Map<String, String> controlPlane(Layout layout, String region) {
        Map<String, String> settings = common(layout, region, Part.CONTROL_HTTP);
        settings.put("meridian.feed.port", port(layout, region, Part.CONTROL_FEED));
        settings.put("meridian.raft.node", region);
        settings.put("meridian.raft.port", port(layout, region, Part.CONTROL_RAFT));
        settings.put(
                "meridian.raft.voters",
                layout.regions().stream()
                        .map(voter -> voter + "=" + layout.address(region, voter, Part.CONTROL_RAFT, Carried.RAFT))
                        .collect(Collectors.joining(",")));
        settings.put("meridian.raft.storage", "data/raft");
        settings.put("meridian.raft.election-min", "1500ms");
        settings.put("meridian.raft.election-max", "3000ms");
        settings.put("meridian.raft.request-timeout", "3s");
        settings.put("meridian.api.token-file", layout.token().toString());
        settings.put("meridian.lease.duration", System.getProperty(LEASE, "15s"));
        return settings;
    }

    static Map<String, String> router(Layout layout, String region) {
        Map<String, String> settings = common(layout, region, Part.ROUTER_HTTP);
        settings.put("meridian.router.name", region + "-router");
        settings.put("meridian.feed.servers", feeds(layout, region));
        settings.put("meridian.ads.port", port(layout, region, Part.ROUTER_ADS));
        settings.put("meridian.hold.port", port(layout, region, Part.ROUTER_HOLD));
        settings.put("meridian.router.data", "data");
        settings.put(
                "meridian.gateway.sds",
                IdentityFiles.of(layout.tls(), Identity.gateway(region)).sds().toString());
        IdentityFiles own = IdentityFiles.of(layout.tls(), Identity.router(region));
        settings.put("meridian.ads.tls.certificate", own.certificate().toString());
        settings.put("meridian.ads.tls.key", own.key().toString());
        settings.put("meridian.ads.tls.ca", own.authority().toString());
        return settings;
    }

    static Map<String, String> agent(Layout layout, String region, StoreGroup group) {
        Map<String, String> settings = common(layout, region, Part.AGENT_HTTP);
        settings.put("quarkus.http.port", Integer.toString(layout.ports().agent(layout.index(region), group.index())));
        settings.put("meridian.group", group.name());
        settings.put("meridian.feed.servers", feeds(layout, region));
        settings.put("meridian.store.url", layout.store(region, group));
        settings.put("meridian.store.user", "meridian_agent");
        settings.put("meridian.store.password-file", "config/store.password");
        settings.put("meridian.kafka.bootstrap", layout.address(region, Part.KAFKA));
        settings.put(
                "meridian.kafka.peers",
                layout.regions().stream()
                        .filter(peer -> !peer.equals(region))
                        .map(peer -> peer + "=" + layout.address(region, peer, Part.KAFKA, Carried.KAFKA))
                        .collect(Collectors.joining(",")));
        settings.put("meridian.peer.port", Integer.toString(layout.ports().peer(layout.index(region), group.index())));
        settings.put(
                "meridian.peers",
                layout.regions().stream()
                        .filter(peer -> !peer.equals(region))
                        .map(peer -> peer + "=" + layout.peer(region, peer, group))
                        .collect(Collectors.joining(",")));
        settings.put("meridian.capture.slot", "meridian_" + group.name());
        settings.put("meridian.agent.data", "data");
        settings.put("meridian.lease.renew-every", "2s");
        settings.put("meridian.lease.transaction-limit", "3s");
        return settings;
    }

    static Map<String, String> ledger(Layout layout, String region) {
        Map<String, String> settings = new LinkedHashMap<>();
        if (layout.groupCount() == 1) {
            settings.put("ledger.jdbc-url", layout.store(region, layout.groups().getFirst()));
        } else {
            settings.put("ledger.shards", Integer.toString(Layout.SHARDS));
            layout.groups()
                    .forEach(group -> settings.put("ledger.jdbc-url." + group.range(), layout.store(region, group)));
        }
        settings.put("ledger.user", "ledger");
        settings.put("ledger.password-file", "ledger.password");
        settings.put(
                "ledger.zones",
                layout.zones(region).entrySet().stream()
                        .map(zone -> zone.getKey() + "=" + zone.getValue())
                        .collect(Collectors.joining(",")));
        return settings;
    }

    /** As the text of a properties file; none of the values needs escapes other than the backslash. */
    static String render(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue().replace("\\", "\\\\") + "\n")
                .collect(Collectors.joining());
    }

    private static Map<String, String> common(Layout layout, String region, Part http) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("meridian.region", region);
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.http.port", port(layout, region, http));
        return settings;
    }

    /** The own region's control-plane node first, then the others. */
    private static String feeds(Layout layout, String region) {
        var others = layout.regions().stream().filter(peer -> !peer.equals(region));
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(region), others)
                .map(node -> layout.address(region, node, Part.CONTROL_FEED, Carried.FEEDS))
                .collect(Collectors.joining(","));
    }

    private static String port(Layout layout, String region, Part part) {
        return Integer.toString(layout.ports().of(layout.index(region), part));
    }
}
