package io.meridian.router.ads;

import io.meridian.router.compile.ResourceType;
import java.util.Map;

/**
 * What became of one stream's types; an Envoy may have a stream for each.
 *
 * @param types those that were subscribed
 * @param rejections so far on this stream
 */
record StreamAck(String node, Map<ResourceType, TypeAck> types, long rejections) {
    /**
     * @param sent newest revision of which something of the type was sent
     * @param accepted newest revision whose resources of the type it has all accepted
     * @param nack why it refused something of what it should have now; empty: it refused nothing
     */
    record TypeAck(long sent, long accepted, String nack) {}
}
