package io.meridian.router.ads;

import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.meridian.router.compile.EnvoyResource;
import io.meridian.router.compile.EnvoyResources;
import io.meridian.router.compile.ResourceType;
import io.meridian.router.view.ContentHash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The state-of-the-world variant: each request repeats all names, and the client's version is that of everything it has. Clusters and
 * listeners are always sent all together, because what a response lacks counts as removed; of the other types only what changed.
 */
final class WorldSubscription extends Subscription<DiscoveryRequest> {
    private boolean namedOnce;
    /** What the client holds of a type that is sent all together: what is gone must be repeated until nothing refers to it. */
    private SortedMap<String, EnvoyResource> held = Collections.emptySortedMap();

    private SortedMap<String, EnvoyResource> underWay = Collections.emptySortedMap();

    WorldSubscription(ResourceType type) {
        super(type);
    }

    @Override
    Reply take(DiscoveryRequest request, EnvoyResources newest, long nowNanos) {
        if (!request.getResponseNonce().equals(lastNonce)) {
            return new Reply.Nothing(); // stale: the client's answer to the newer response will say all of it again
        }
        Optional<String> detail =
                request.hasErrorDetail() ? Optional.of(request.getErrorDetail().getMessage()) : Optional.empty();
        Reply reply = replied(request.getResponseNonce(), detail, nowNanos);
        if (reply instanceof Reply.Accepted) {
            held = underWay;
        }
        boolean first = !started();
        start();
        names(request);
        if (first) {
            comesBack(request.getVersionInfo(), newest);
        }
        catchUp(newest);
        return reply;
    }

    private void names(DiscoveryRequest request) {
        var asked = new TreeSet<>(request.getResourceNamesList());
        namedOnce |= !asked.isEmpty();
        boolean everything = asked.remove(EVERYTHING) || (!namedOnce && type.hasWildcard());
        if (everything && !wildcard) {
            wildcard = true;
            answerOwed = true;
            changed();
        } else if (!everything && wildcard) {
            unwantedWildcard();
        }
        List.copyOf(names).stream().filter(name -> !asked.contains(name)).forEach(this::unwanted);
        for (String name : asked) {
            if (!names.contains(name)) {
                wants(name);
                answerOwed |= type.hasWildcard(); // an answer without it is how these types say that there is none
            }
        }
    }

    /** A version is the hash of names and contents: who has that of the newest state needs nothing. */
    private void comesBack(String version, EnvoyResources newest) {
        SortedMap<String, EnvoyResource> wanted = wanted(newest);
        if (newest.known() && !version.isEmpty() && version.equals(version(versions(wanted)))) {
            knows(versions(wanted));
            held = wanted;
            answerOwed = false;
        }
    }

    @Override
    boolean tellsAbsence() {
        return type.hasWildcard();
    }

    @Override
    Collection<String> resent(List<String> refused) {
        return refused;
    }

    @Override
    Response.Content content(EnvoyResources newest, SortedMap<String, String> versions) {
        var content = new TreeMap<String, EnvoyResource>();
        var all = new TreeMap<String, String>();
        SortedMap<String, EnvoyResource> wanted = wanted(newest);
        if (type.hasWildcard()) {
            content.putAll(wanted);
            held.forEach((name, resource) -> {
                if (!versions.containsKey(name) && interest(newest).contains(name)) {
                    content.putIfAbsent(name, resource);
                }
            });
            all.putAll(versions(content));
            underWay = content;
        } else {
            versions.keySet().forEach(name -> content.put(name, present(name, newest)));
            wanted.keySet().forEach(name -> all.put(name, versions.getOrDefault(name, acceptedVersion(name))));
        }
        return new Response.Content(type, version(all), new ArrayList<>(content.values()), List.of());
    }

    private EnvoyResource present(String name, EnvoyResources newest) {
        EnvoyResource resource = newest.of(type).get(name);
        if (resource == null) {
            throw new IllegalStateException("only what is there is sent: " + name);
        }
        return resource;
    }

    private SortedMap<String, EnvoyResource> wanted(EnvoyResources newest) {
        if (wildcard) {
            return newest.of(type);
        }
        var wanted = new TreeMap<>(newest.of(type));
        wanted.keySet().retainAll(names);
        return wanted;
    }

    private static SortedMap<String, String> versions(SortedMap<String, EnvoyResource> resources) {
        var versions = new TreeMap<String, String>();
        resources.forEach((name, resource) -> versions.put(name, resource.version()));
        return versions;
    }

    private static String version(SortedMap<String, String> versions) {
        var all = new StringBuilder();
        versions.forEach(
                (name, version) -> all.append(name).append('\n').append(version).append('\n'));
        return ContentHash.of(all.toString());
    }
}
