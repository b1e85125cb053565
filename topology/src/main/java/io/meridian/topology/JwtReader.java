package io.meridian.topology;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The part of {@link ServiceReader} that reads who issues the tokens whose claims are keys. */
final class JwtReader {
    private static final int JWKS_CHARACTERS = 64 * 1024;
    private static final int AUDIENCES_AT_MOST = 64;
    private static final Pattern ISSUER = Pattern.compile("[!-~]{1,512}");
    private static final Pattern ADDRESS =
            Pattern.compile("https?://(?:\\[[0-9A-Fa-f:.]{2,45}]|[A-Za-z0-9][A-Za-z0-9.-]{0,252})(?::[1-9][0-9]{0,4})?"
                    + "(?:/[!-~]{0,1024})?");

    private JwtReader() {}

    /** @param kind empty: that is at fault itself */
    static Optional<Topology.Jwt> jwt(DocumentNode service, Optional<Topology.Kind> kind) {
        DocumentNode node = service.child("jwt");
        boolean claimed = service.child("keys").value() instanceof List<?> keys
                && keys.stream().anyMatch(key -> key instanceof String source && source.startsWith("jwt:"));
        if (!service.has("jwt")) {
            if (claimed) {
                node.fault("missing: a key is a claim of a token, so say whose: {issuer, jwks}");
            }
            return Optional.empty();
        }
        boolean known = service.has("keys") || kind.isPresent() && kind.get() != Topology.Kind.R;
        if (!claimed && known) {
            node.fault("no key is a claim of a token, such as jwt:sub, so nobody looks at one; leave it out");
        }
        if (!node.isObject(Set.of("issuer", "jwks"), Set.of("audiences"))) {
            return Optional.empty();
        }
        Optional<String> issuer =
                node.text("issuer", ISSUER, "an issuer: what tokens have as 'iss', up to 512 characters, no spaces");
        List<String> audiences = audiences(node);
        Optional<String> jwks = node.has("jwks") ? node.child("jwks").asText(JwtReader::jwksFault) : Optional.empty();
        return issuer.flatMap(i -> jwks.map(keys -> new Topology.Jwt(i, audiences, keys)));
    }

    private static List<String> audiences(DocumentNode node) {
        List<String> audiences = node.items(
                "audiences",
                item -> item.asText(
                        text -> ISSUER.matcher(text).matches()
                                ? Optional.empty()
                                : Optional.of(
                                        "expected an audience: one that tokens have in 'aud', up to 512 characters, no spaces")));
        if (node.size("audiences") > AUDIENCES_AT_MOST) {
            node.child("audiences")
                    .fault(node.size("audiences") + " audiences are too many: " + AUDIENCES_AT_MOST + " at most");
        }
        return audiences.stream().distinct().toList();
    }

    /** Envoy would refuse a key set that it cannot read, and with it everything else of that update. */
    private static Optional<String> jwksFault(String jwks) {
        if (jwks.length() > JWKS_CHARACTERS) {
            return Optional.of(jwks.length() + " characters are too many: " + JWKS_CHARACTERS + " at most");
        }
        if (jwks.startsWith("http://") || jwks.startsWith("https://")) {
            return ADDRESS.matcher(jwks).matches()
                    ? Optional.empty()
                    : Optional.of("expected an address such as https://id.example.com/keys.json");
        }
        return switch (JsonText.read(jwks)) {
            case JsonText.Reading.Faulty faulty ->
                Optional.of("neither an http or https address nor JSON: " + faulty.why());
            case JsonText.Reading.Read read ->
                read.value() instanceof Map<?, ?> set && set.get("keys") instanceof List<?> keys && areKeys(keys)
                        ? Optional.empty()
                        : Optional.of("expected a set of public keys: {\"keys\": [{\"kty\": ...}]} with at least one");
        };
    }

    private static boolean areKeys(List<?> keys) {
        return !keys.isEmpty()
                && keys.stream().allMatch(key -> key instanceof Map<?, ?> map && map.get("kty") instanceof String);
    }
}
