package io.meridian.control.certificate;

import io.meridian.topology.certificate.SigningKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The public keys of all nodes that there ever were, in the order in which they came; a node signs with its newest. */
public record KeyRing(List<SigningKey> keys) {
    public KeyRing {
        keys = List.copyOf(keys);
    }

    public static KeyRing empty() {
        return new KeyRing(List.of());
    }

    public Optional<SigningKey> key(String id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst();
    }

    public KeyRing withRetired(String id, Instant at) {
        return new KeyRing(keys.stream()
                .map(key -> key.id().equals(id) ? key.retired(at) : key)
                .toList());
    }

    /** A node's earlier keys retire: it lost them, else it would not have a new one. */
    public KeyRing with(SigningKey added) {
        var all = new ArrayList<SigningKey>();
        for (SigningKey key : keys) {
            all.add(key.node().equals(added.node()) ? key.retired(added.since()) : key);
        }
        all.add(added);
        return new KeyRing(all);
    }
}
