package io.meridian.local.instance;

import io.meridian.local.Checkout;
import io.meridian.local.Ports;
import io.meridian.local.tls.Identity;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Where everything of one instance is: regions, zones, ports, folders. Follows from its few numbers, so that any process can work it out again. */
public record Layout(String name, int base, List<String> regions, int groupCount) {
    public static final int SHARDS = 1024;
    private static final List<String> REGIONS = List.of("east", "west", "north");
    private static final Map<String, String> CITIES =
            Map.of("east", "riverside", "west", "lakeside", "north", "hillside");

    /** The first {@code count} of the regions that there are; one store group. */
    public static Layout of(String name, int base, int count) {
        return of(name, base, count, 1);
    }

    public static Layout of(String name, int base, int count, int groupCount) {
        return new Layout(name, base, REGIONS.subList(0, count), groupCount);
    }

    public List<StoreGroup> groups() {
        return IntStream.range(0, groupCount)
                .mapToObj(index -> StoreGroup.of(index, groupCount, SHARDS))
                .toList();
    }

    public Ports ports() {
        return new Ports(base);
    }

    public int index(String region) {
        int index = regions.indexOf(region);
        if (index < 0) {
            throw new IllegalStateException("instance " + name + " has no region " + region);
        }
        return index;
    }

    public String city(String region) {
        return CITIES.getOrDefault(region, region);
    }

    /** Zone to address, in the order of their ports. The first region has two. */
    public Map<String, String> zones(String region) {
        Map<String, String> zones = new LinkedHashMap<>();
        int count = index(region) == 0 ? 2 : 1;
        for (int place = 0; place < count; place++) {
            zones.put(region + "-" + (place + 1), "127.0.0.1:" + ports().zone(index(region), place));
        }
        return zones;
    }

    /** How commands name the instance: not at all when it is the usual one. */
    public String flag() {
        return flag(name);
    }

    public static String flag(String instance) {
        return instance.equals("up") ? "" : " --instance " + instance;
    }

    public Path folder() {
        return folder(name);
    }

    public static Path folder(String instance) {
        return Checkout.root().resolve(".meridian").resolve(instance);
    }

    /** Of one process; its log is {@code log} in there. */
    public Path folder(String region, String service) {
        return folder().resolve(region).resolve(service);
    }

    public Path tls() {
        return folder().resolve("tls");
    }

    /** The id of the region's Envoy. */
    public String envoyNode(String region) {
        return region + "-edge-1";
    }

    /** Everybody who shows a certificate. */
    public List<Identity> identities() {
        return regions.stream()
                .flatMap(region -> Stream.of(
                        Identity.gateway(region), Identity.router(region), Identity.envoy(region, envoyNode(region))))
                .toList();
    }

    public Path topology() {
        return folder().resolve("topology.yaml");
    }

    public Path token() {
        return folder().resolve("admin.token");
    }

    public Path superuserPassword(String region) {
        return folder(region, "postgres").resolve("superuser.password");
    }

    public String address(String region, Ports.Part part) {
        return "127.0.0.1:" + ports().of(index(region), part);
    }

    /** Of the agent's HTTP. */
    public String address(String region, StoreGroup group) {
        return "127.0.0.1:" + ports().agent(index(region), group.index());
    }

    /** Where the agent of {@code from} reaches that of {@code to} in another region. */
    public String peer(String from, String to, StoreGroup group) {
        return "127.0.0.1:" + ports().link(index(from), index(to), Ports.Carried.peers(group.index()));
    }

    /** JDBC, from inside the region. */
    public String store(String region, StoreGroup group) {
        return "jdbc:postgresql://" + address(region, Ports.Part.POSTGRES) + "/" + group.database();
    }

    /** Where processes of {@code from} reach {@code to}: directly in their own region, through the link in others. */
    public String address(String from, String to, Ports.Part own, Ports.Carried carried) {
        return from.equals(to) ? address(to, own) : "127.0.0.1:" + ports().link(index(from), index(to), carried);
    }
}
