package io.meridian.topology.certificate;

import io.meridian.topology.certificate.CertificateFacts.BaseAt;
import io.meridian.topology.certificate.CertificateFacts.Counts;
import io.meridian.topology.certificate.CertificateFacts.Moved;
import io.meridian.topology.certificate.CertificateFacts.Outcome;
import io.meridian.topology.certificate.CertificateFacts.Rerouted;
import io.meridian.topology.certificate.CertificateFacts.RolledBack;
import io.meridian.topology.certificate.CertificateFacts.Rows;
import io.meridian.topology.certificate.CertificateFacts.Step;
import io.meridian.topology.certificate.CertificateFacts.Verdict;
import io.meridian.topology.certificate.SignedCertificate.Signer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A certificate in which everything occurs, and a node that signs it. */
final class Sample {
    static final Instant AT = Instant.parse("2026-01-01T00:00:09Z");
    private static final Instant BEGAN = Instant.parse("2026-01-01T00:00:00Z");
    private static final String HASH = "ab".repeat(32);

    private Sample() {}

    record Node(KeyPair pair, SigningKey key) {
        static Node made(String name) {
            try {
                KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                String shown =
                        Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
                return new Node(pair, SigningKey.of(name, shown, BEGAN));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        String sign(String text) {
            try {
                var signing = Signature.getInstance("Ed25519");
                signing.initSign(pair.getPrivate());
                signing.update(text.getBytes(StandardCharsets.UTF_8));
                return Base64.getEncoder().encodeToString(signing.sign());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        Map<String, Object> signed(CertificateFacts facts) {
            var signer = Signer.of(key, AT);
            return SignedCertificate.document(facts, signer, sign(SignedCertificate.text(facts, signer)));
        }
    }

    static CertificateFacts facts() {
        return facts(Verdict.NOTHING_LOST, List.of(), moved(0, 1), neverOpened(1));
    }

    static CertificateFacts facts(Verdict verdict, List<String> reasons, Moved... moved) {
        return new CertificateFacts(
                "mv-1",
                "f00d",
                Outcome.ROLLED_BACK,
                Optional.of("cancelled"),
                BEGAN,
                AT,
                new Counts(6, moved.length + 2, 1, 3 - moved.length),
                verdict,
                reasons,
                List.of(
                        new Step("PLANNED", 1, BEGAN, BEGAN, "plan f00d"),
                        new Step("ACTIVATED", 1, BEGAN, AT, ""),
                        new Step("ROLLED_BACK", 2, AT, AT, "")),
                List.of(moved),
                List.of(new Rerouted("4-5", "east-1", "east-2")),
                List.of(new RolledBack(7, "east", 5, 7, new BaseAt("east", 5, "0/C8@inc"))));
    }

    static Moved moved(long shard, long closed) {
        return new Moved(
                shard,
                "east-1",
                "east",
                "west-1",
                "west",
                closed,
                closed + 2,
                Optional.of(new BaseAt("east", closed, "1/16B3748.1@inc")),
                Optional.of("0/D0@other"),
                rows(7, HASH),
                rows(7, HASH));
    }

    /** Its base is that of the grant that was never opened. */
    static Moved neverOpened(long shard) {
        Moved usual = moved(shard, 3);
        return with(usual, Optional.of(BaseAt.NOTHING), usual.openedAt(), usual.before(), usual.after());
    }

    static Moved with(
            Moved moved,
            Optional<BaseAt> base,
            Optional<String> openedAt,
            Optional<Rows> before,
            Optional<Rows> after) {
        return new Moved(
                moved.shard(),
                moved.from(),
                moved.fromRegion(),
                moved.to(),
                moved.toRegion(),
                moved.closedEpoch(),
                moved.openedEpoch(),
                base,
                openedAt,
                before,
                after);
    }

    static Optional<Rows> rows(long rows, String hash) {
        return Optional.of(new Rows(rows, hash, hash.isEmpty() ? "busy" : ""));
    }

    /** {@code tree} with another value at {@code pointer}; empty: without it. */
    static Object changed(Object tree, String pointer, Optional<Object> value) {
        int slash = pointer.indexOf('/', 1);
        String first = slash < 0 ? pointer.substring(1) : pointer.substring(1, slash);
        String rest = slash < 0 ? "" : pointer.substring(slash);
        if (tree instanceof List<?> items) {
            var copy = new ArrayList<Object>(items);
            int at = Integer.parseInt(first);
            put(copy.get(at), rest, value).ifPresentOrElse(it -> copy.set(at, it), () -> copy.remove(at));
            return copy;
        }
        var copy = new TreeMap<String, Object>();
        ((Map<?, ?>) tree).forEach((name, inside) -> copy.put(String.valueOf(name), inside));
        put(copy.getOrDefault(first, ""), rest, value)
                .ifPresentOrElse(it -> copy.put(first, it), () -> copy.remove(first));
        return copy;
    }

    private static Optional<Object> put(Object inside, String rest, Optional<Object> value) {
        return rest.isEmpty() ? value : Optional.of(changed(inside, rest, value));
    }

    /** Pointers to everything in {@code tree} that is no object or list. */
    static List<String> leaves(Object tree) {
        var leaves = new ArrayList<String>();
        collect("", tree, leaves);
        return leaves;
    }

    private static void collect(String at, Object tree, List<String> leaves) {
        switch (tree) {
            case Map<?, ?> members -> members.forEach((name, inside) -> collect(at + "/" + name, inside, leaves));
            case List<?> items -> {
                for (int i = 0; i < items.size(); i++) {
                    collect(at + "/" + i, items.get(i), leaves);
                }
            }
            default -> leaves.add(at);
        }
    }

    static Object at(Object tree, String pointer) {
        Object at = tree;
        for (String name : pointer.substring(1).split("/", -1)) {
            at = at instanceof List<?> items
                    ? items.get(Integer.parseInt(name))
                    : java.util.Objects.requireNonNull(((Map<?, ?>) at).get(name));
        }
        return at;
    }
}
