package io.meridian.topology.certificate;

import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** Public keys and signatures as texts: base64 of the key's SubjectPublicKeyInfo (what {@code openssl pkey -pubin -inform DER} reads). */
public final class Ed25519 {
    private static final String NAME = "Ed25519";

    private Ed25519() {}

    /** @return why this is no public key; empty: it is one */
    public static Optional<Problem> fault(String publicKey) {
        return key(publicKey).isPresent()
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ProblemType.INVALID_ARGUMENT,
                        "'" + publicKey + "' is no Ed25519 public key (base64 of its SubjectPublicKeyInfo)"));
    }

    /** Hex SHA-256 of the key's bytes, so that nobody finds a second key for an id. */
    public static String id(String publicKey) {
        return bytes(publicKey).map(Ed25519::sha256).orElse("");
    }

    /** {@code signature} (base64) was made of {@code text} in UTF-8 with the private half of {@code publicKey}. */
    public static boolean signed(String publicKey, String text, String signature) {
        Optional<PublicKey> key = key(publicKey);
        Optional<byte[]> bytes = bytes(signature);
        if (key.isEmpty() || bytes.isEmpty()) {
            return false;
        }
        try {
            var checking = Signature.getInstance(NAME);
            checking.initVerify(key.get());
            checking.update(text.getBytes(StandardCharsets.UTF_8));
            return checking.verify(bytes.get());
        } catch (GeneralSecurityException notEvenOne) {
            return false;
        }
    }

    public static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static Optional<PublicKey> key(String publicKey) {
        return bytes(publicKey).flatMap(bytes -> {
            try {
                return Optional.of(KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(bytes)));
            } catch (GeneralSecurityException notOne) {
                return Optional.empty();
            }
        });
    }

    /** Only the one base64 text that these bytes have: another one, decoded alike, would make two documents of one. */
    private static Optional<byte[]> bytes(String base64) {
        if (!base64.matches("[A-Za-z0-9+/]+={0,2}") || base64.length() % 4 != 0) {
            return Optional.empty();
        }
        byte[] bytes = Base64.getDecoder().decode(base64);
        return Base64.getEncoder().encodeToString(bytes).equals(base64) ? Optional.of(bytes) : Optional.empty();
    }
}
