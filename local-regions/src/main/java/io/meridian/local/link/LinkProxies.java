package io.meridian.local.link;

import io.meridian.local.Ports;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All links between the regions of one instance. Every address that one region uses of another leads through here. */
public final class LinkProxies implements AutoCloseable {
    private record Ends(String from, String to) {}

    private final Map<Ends, Link> links = new LinkedHashMap<>();

    private LinkProxies() {}

    /** Opens the proxies' ports; all links are up. */
    public static LinkProxies open(Ports ports, List<String> regions) throws IOException {
        var proxies = new LinkProxies();
        try {
            for (int from = 0; from < regions.size(); from++) {
                for (int to = 0; to < regions.size(); to++) {
                    if (from != to) {
                        proxies.links.put(new Ends(regions.get(from), regions.get(to)), new Link(ports, from, to));
                    }
                }
            }
            return proxies;
        } catch (IOException taken) {
            proxies.close();
            throw taken;
        }
    }

    /** A link as it is now. */
    public record Seen(String from, String to, Map<Ports.Carried, LinkState> states, int connections) {}

    public List<Seen> links() {
        return links.entrySet().stream()
                .map(link -> new Seen(
                        link.getKey().from(),
                        link.getKey().to(),
                        link.getValue().states(),
                        link.getValue().connections()))
                .toList();
    }

    /** Changes the named kinds of traffic. False when there is no such link. */
    public boolean set(String from, String to, LinkState state, Set<Ports.Carried> which) throws IOException {
        Link link = links.get(new Ends(from, to));
        if (link == null) {
            return false;
        }
        link.set(state, which);
        return true;
    }

    /** Changes all traffic of the link. */
    public boolean set(String from, String to, LinkState state) throws IOException {
        return set(from, to, state, Set.of(Ports.Carried.values()));
    }

    @Override
    public void close() throws IOException {
        for (Link link : links.values()) {
            link.close();
        }
    }
}
