package io.meridian.router.ads;

import io.meridian.router.compile.EnvoyResource;
import io.meridian.router.compile.ResourceType;
import java.util.List;
import java.util.Set;

/**
 * What a stream is to be sent. Streams in the same state get an equal {@code content}, which is encoded once for all of them.
 *
 * @param again nothing in it is new: it was refused once
 * @param changed names in it that are new to the client
 */
record Response(String nonce, boolean again, Set<String> changed, Content content) {
    /**
     * @param version state of the world: of what the client has with this; delta: the revision, for people
     * @param resources ascending by name
     * @param removed ascending; delta only
     */
    record Content(ResourceType type, String version, List<EnvoyResource> resources, List<String> removed) {}
}
