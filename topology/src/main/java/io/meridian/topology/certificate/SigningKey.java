package io.meridian.topology.certificate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A node's key, as the cluster's key ring has it. It is never removed, only retired: what it signed before stays checkable.
 *
 * @param id {@link Ed25519#id} of {@code publicKey}
 * @param retired it signs nothing from then on
 */
public record SigningKey(String id, String node, String publicKey, Instant since, Optional<Instant> retired) {
    public static SigningKey of(String node, String publicKey, Instant since) {
        return new SigningKey(Ed25519.id(publicKey), node, publicKey, since, Optional.empty());
    }

    public SigningKey retired(Instant at) {
        return retired.isPresent() ? this : new SigningKey(id, node, publicKey, since, Optional.of(at));
    }

    /** What came of reading a key ring: all keys, or everything that is wrong with it. */
    public sealed interface Reading {
        record Read(List<SigningKey> keys) implements Reading {}

        record Refused(List<String> faults) implements Reading {}
    }

    /** A key ring as a document: {@code {"keys":[{"id","node","publicKey","since","retired"}]}}. */
    public static Map<String, Object> tree(List<SigningKey> ring) {
        return Map.of("keys", ring.stream().map(SigningKey::tree).toList());
    }

    private Map<String, Object> tree() {
        var tree = new TreeMap<String, Object>();
        tree.put("id", id);
        tree.put("node", node);
        tree.put("publicKey", publicKey);
        tree.put("since", since.toString());
        retired.ifPresent(at -> tree.put("retired", at.toString()));
        return tree;
    }

    public static Reading read(Object document) {
        var faults = new ArrayList<String>();
        List<SigningKey> keys =
                new Place("", document, faults).only(Set.of("keys")).list("keys", SigningKey::read);
        return faults.isEmpty() ? new Reading.Read(keys) : new Reading.Refused(faults);
    }

    private static SigningKey read(Place at) {
        at.only(Set.of("id", "node", "publicKey", "since", "retired"));
        var key = new SigningKey(
                at.text("id"),
                at.text("node"),
                at.text("publicKey"),
                at.moment("since"),
                at.has("retired") ? Optional.of(at.moment("retired")) : Optional.empty());
        Ed25519.fault(key.publicKey()).ifPresent(why -> at.at("publicKey").fault(why.detail()));
        if (!Ed25519.id(key.publicKey()).equals(key.id())) {
            at.at("id").fault("is not the SHA-256 of its public key");
        }
        return key;
    }
}
