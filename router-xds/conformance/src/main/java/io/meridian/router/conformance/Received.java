package io.meridian.router.conformance;

import java.util.List;
import java.util.SortedMap;

/**
 * A response of either variant.
 *
 * @param version state of the world only
 * @param contents by name
 * @param versions of the resources, by name; delta only
 * @param removed delta only
 * @param duplicate whether a name came twice
 */
record Received(
        String typeUrl,
        String nonce,
        String version,
        SortedMap<String, String> contents,
        SortedMap<String, String> versions,
        List<String> removed,
        boolean duplicate) {
    boolean is(Kind kind) {
        return typeUrl.equals(kind.url());
    }
}
