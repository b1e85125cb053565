package io.meridian.topology;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The part of {@link TopologyReader} that reads services: no host is two services', and each has the zones that its kind needs. */
final class ServiceReader {
    private static final int SERVICES_AT_MOST = 64;
    private static final int HOSTS_AT_MOST = 64;
    /** Of all services: the control plane keeps fifty topologies in memory and in each snapshot. */
    private static final int JWKS_CHARACTERS = 512 * 1024;

    private static final Set<String> OPTIONAL = Set.of(
            "kind",
            "hosts",
            "keys",
            "unknownKey",
            "jwt",
            "endpoints",
            "outlier",
            "circuitBreaker",
            "retries",
            "weightCut",
            "diagnostics");

    private final ZoneKinds zones;
    /** The service that has each host. */
    private final Map<String, String> hosts = new HashMap<>();
    /** The service that has whatever no other one has: one at most. */
    private final List<String> catchAll = new ArrayList<>();

    private ServiceReader(ZoneKinds zones) {
        this.zones = zones;
    }

    static List<Topology.Service> services(DocumentNode document, ZoneKinds zones) {
        var reader = new ServiceReader(zones);
        var services = document.named("services", "service", Set.of("name"), OPTIONAL, reader::service);
        int count = document.size("services");
        if (count > SERVICES_AT_MOST) {
            document.child("services").fault(count + " services are too many: " + SERVICES_AT_MOST + " at most");
        }
        int jwks = services.stream()
                .flatMap(service -> service.jwt().stream())
                .mapToInt(jwt -> jwt.jwks().length())
                .sum();
        if (jwks > JWKS_CHARACTERS) {
            document.child("services")
                    .fault("the key sets have " + jwks + " characters together: " + JWKS_CHARACTERS
                            + " at most; give the addresses of some instead");
        }
        return services;
    }

    private Optional<Topology.Service> service(DocumentNode node) {
        Optional<String> name = node.text("name", DocumentRules.NAME, DocumentRules.NAME_RULE);
        Optional<Topology.Kind> kind = ZoneKinds.read(node);
        kind.ifPresent(of -> zonesOf(node, of));
        List<String> hosts = hosts(node);
        List<String> keys = keys(node, kind);
        Optional<ZoneId> withoutKey = unknownKey(node, kind);
        Optional<Topology.Jwt> jwt = JwtReader.jwt(node, kind);
        SortedMap<ZoneId, List<String>> endpoints = endpoints(node, kind);
        Optional<Topology.Outlier> outlier = ServicePolicyReader.outlier(node);
        Optional<Topology.CircuitBreaker> breaker = ServicePolicyReader.circuitBreaker(node);
        Optional<Topology.Retries> retries = ServicePolicyReader.retries(node);
        Optional<Topology.WeightCut> weightCut = ServicePolicyReader.weightCut(node, kind);
        boolean diagnostics = node.bool("diagnostics").orElse(false);
        return name.flatMap(n -> kind.map(k -> new Topology.Service(
                n, k, hosts, keys, withoutKey, jwt, endpoints, outlier, breaker, retries, weightCut, diagnostics)));
    }

    private void zonesOf(DocumentNode node, Topology.Kind kind) {
        if (kind != Topology.Kind.R && zones.none(Topology.Kind.G)) {
            String what = kind == Topology.Kind.G ? "a G service's requests" : "the writes of a C service";
            node.child("kind").fault("there is no G zone, where " + what + " go; declare one");
        }
        if (kind == Topology.Kind.C && zones.none(Topology.Kind.C)) {
            node.child("kind").fault("there is no C zone, where the reads of a C service go; declare one per city");
        }
    }

    private List<String> hosts(DocumentNode node) {
        String service = String.valueOf(node.child("name").value());
        List<String> read = node.items("hosts", item -> host(item, service));
        int count = node.size("hosts");
        if (count > HOSTS_AT_MOST) {
            node.child("hosts").fault(count + " hosts are too many: " + HOSTS_AT_MOST + " at most");
        }
        if (count == 0 || !node.has("hosts")) {
            if (!catchAll.isEmpty() && !catchAll.getFirst().equals(service)) {
                node.child("hosts")
                        .fault("service '" + catchAll.getFirst()
                                + "' takes whatever no other service does; say which hosts are this one's");
            }
            catchAll.add(service);
        }
        return read;
    }

    private Optional<String> host(DocumentNode item, String service) {
        Optional<String> host = item.asText(DocumentRules::hostFault);
        String first = host.map(text -> hosts.putIfAbsent(text, service)).orElse(null);
        if (first != null) {
            item.fault("'" + host.get() + "' is a host of service '" + first + "' already");
            return Optional.empty();
        }
        return host;
    }

    /** @param kind empty: that is at fault itself */
    private static List<String> keys(DocumentNode node, Optional<Topology.Kind> kind) {
        List<String> keys = node.items("keys", item -> item.asText(DocumentRules::keySourceFault));
        if (kind.equals(Optional.of(Topology.Kind.R))) {
            if (!node.has("keys")) {
                node.child("keys").fault("missing: 'keys' is required of an R service");
            } else if (node.size("keys") == 0) {
                node.child("keys")
                        .fault("a service needs a place where the sharding key may be, such as header:x-user-key");
            }
        } else if (kind.isPresent() && node.has("keys") && node.size("keys") != 0) {
            keyless(node.child("keys"), kind.get());
        }
        return keys;
    }

    private Optional<ZoneId> unknownKey(DocumentNode node, Optional<Topology.Kind> kind) {
        Optional<String> rule = node.text("unknownKey");
        if (node.has("unknownKey") && kind.isPresent() && kind.get() != Topology.Kind.R) {
            keyless(node.child("unknownKey"), kind.get());
            return Optional.empty();
        }
        if (rule.isEmpty() || rule.get().equals("reject")) {
            return Optional.empty();
        }
        String zone = rule.get().startsWith("zone:") ? rule.get().substring("zone:".length()) : "";
        Optional<Topology.Kind> unfit = zones.unfit(zone, EnumSet.of(Topology.Kind.R));
        boolean known = zones.names().isEmpty() || zones.names().contains(zone);
        if (!zone.isEmpty() && known && unfit.isEmpty()) {
            return Optional.of(ZoneId.of(zone));
        }
        node.child("unknownKey")
                .fault("'" + rule.get() + "': "
                        + unfit.map(is -> zone + " is " + is.indefinite() + " zone; ")
                                .orElse("")
                        + "expected reject, or zone:NAME with one of "
                        + String.join(", ", zones.of(Topology.Kind.R)));
        return Optional.empty();
    }

    private static void keyless(DocumentNode node, Topology.Kind kind) {
        node.fault(
                kind == Topology.Kind.G
                        ? "the requests of a G service all go to the G zone, whoever's they are; leave it out"
                        : "a C service's reads go to the C zones and its writes to the G zone, whoever's they are; leave it out");
    }

    private SortedMap<ZoneId, List<String>> endpoints(DocumentNode service, Optional<Topology.Kind> kind) {
        DocumentNode node = service.child("endpoints");
        if (!service.has("endpoints") || !node.isObject(Set.of(), zones.names())) {
            return Collections.emptySortedMap();
        }
        var endpoints = new TreeMap<ZoneId, List<String>>();
        zones.names().stream().sorted().filter(node::has).forEach(zone -> {
            List<String> read = node.items(zone, item -> item.asText(DocumentRules::addressFault));
            if (node.size(zone) == 0) {
                node.child(zone).fault("no endpoint; leave the zone out, and its own are taken");
            }
            kind.flatMap(of -> zones.unfit(zone, serving(of))
                            .map(is -> "zone '" + zone + "' is " + is.indefinite() + " zone, where the requests of "
                                    + of.indefinite() + " service never go; leave it out"))
                    .ifPresent(node.child(zone)::fault);
            endpoints.put(ZoneId.of(zone), read);
        });
        return Collections.unmodifiableSortedMap(endpoints);
    }

    private static Set<Topology.Kind> serving(Topology.Kind service) {
        return switch (service) {
            case R -> EnumSet.of(Topology.Kind.R);
            case G -> EnumSet.of(Topology.Kind.G);
            case C -> EnumSet.of(Topology.Kind.C, Topology.Kind.G);
        };
    }
}
