package io.meridian.router.ads;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.meridian.router.compile.EnvoyResource;
import io.meridian.router.compile.EnvoyResources;
import io.meridian.router.compile.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** The incremental variant: only what changed is sent, and what is not there is reported. */
final class DeltaSubscription extends Subscription<DeltaDiscoveryRequest> {
    DeltaSubscription(ResourceType type) {
        super(type);
    }

    @Override
    Reply take(DeltaDiscoveryRequest request, EnvoyResources newest, long nowNanos) {
        Optional<String> detail =
                request.hasErrorDetail() ? Optional.of(request.getErrorDetail().getMessage()) : Optional.empty();
        Reply reply = replied(request.getResponseNonce(), detail, nowNanos);
        if (!started()) {
            start();
            knows(request.getInitialResourceVersionsMap());
            wildcard = type.hasWildcard()
                    && request.getResourceNamesSubscribeCount() == 0
                    && request.getResourceNamesUnsubscribeCount() == 0;
            answerOwed = wildcard && request.getInitialResourceVersionsCount() == 0;
        }
        for (String name : request.getResourceNamesSubscribeList()) {
            if (!name.equals(EVERYTHING)) {
                subscribe(name, request);
            } else if (!wildcard) {
                wildcard = true;
                answerOwed = request.getInitialResourceVersionsCount() == 0;
                changed();
            }
        }
        request.getResourceNamesUnsubscribeList().forEach(this::unsubscribe);
        catchUp(newest);
        return reply;
    }

    private void subscribe(String name, DeltaDiscoveryRequest request) {
        if (request.containsInitialResourceVersions(name)) {
            names.add(name);
        } else {
            wants(name); // whoever subscribes again may have lost it
        }
        changed();
    }

    private void unsubscribe(String name) {
        if (name.equals(EVERYTHING)) {
            unwantedWildcard();
        } else if (names.contains(name)) {
            unwanted(name);
            if (wildcard) {
                forget(name); // the client cannot know whether the wildcard still gives it
            }
        }
    }

    @Override
    boolean tellsAbsence() {
        return true;
    }

    /** One by one: the others of a refused response may be good. */
    @Override
    Collection<String> resent(List<String> refused) {
        return refused.isEmpty() ? refused : refused.subList(0, 1);
    }

    @Override
    Response.Content content(EnvoyResources newest, SortedMap<String, String> versions) {
        var resources = new ArrayList<EnvoyResource>();
        var removed = new ArrayList<String>();
        versions.keySet().forEach(name -> {
            EnvoyResource resource = newest.of(type).get(name);
            if (resource == null) {
                removed.add(name);
            } else {
                resources.add(resource);
            }
        });
        return new Response.Content(type, Long.toString(newest.revision()), resources, removed);
    }
}
