package io.meridian.topology.certificate;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * The document around a certificate: {@code {"certificate":{…},"signed":{"node","keyId","publicKey","at"},"signature":"base64"}}. The signature is
 * over the canonical text of all of it but {@code signature}, so who signed and when is covered too.
 */
public final class SignedCertificate {
    private SignedCertificate() {}

    /** Who signs, and when by their clock. */
    public record Signer(String node, String keyId, String publicKey, Instant at) {
        public static Signer of(SigningKey key, Instant at) {
            return new Signer(key.node(), key.id(), key.publicKey(), at);
        }
    }

    /** What is signed. */
    public static String text(CertificateFacts facts, Signer signer) {
        return CanonicalJson.write(members(facts.tree(), signer));
    }

    /** Names what {@code facts} says, whoever signs it. */
    public static String digest(CertificateFacts facts) {
        return Ed25519.sha256(CanonicalJson.write(facts.tree()));
    }

    public static Map<String, Object> document(CertificateFacts facts, Signer signer, String signature) {
        Map<String, Object> document = members(facts.tree(), signer);
        document.put("signature", signature);
        return document;
    }

    public static Map<String, Object> unsigned(CertificateFacts facts) {
        return Map.of("certificate", facts.tree());
    }

    private static Map<String, Object> members(Map<String, Object> facts, Signer signer) {
        var members = new TreeMap<String, Object>();
        members.put("certificate", facts);
        members.put(
                "signed",
                Map.of(
                        "node", signer.node(),
                        "keyId", signer.keyId(),
                        "publicKey", signer.publicKey(),
                        "at", signer.at().toString()));
        return members;
    }
}
