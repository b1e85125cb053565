package io.meridian.control.signing;

import io.meridian.topology.certificate.Ed25519;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node's Ed25519 key pair, in a PEM file that only its user may read. The private half never leaves this class: it is in no log, snapshot or
 * backup, so whoever has one of those can sign nothing.
 */
public final class NodeKey {
    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-------");

    private final PrivateKey key;
    private final String publicKey;

    private NodeKey(PrivateKey key, String publicKey) {
        this.key = key;
        this.publicKey = publicKey;
    }

    /** Reads the key, or makes one where there is no file. */
    public static NodeKey at(Path file) throws IOException {
        return Files.exists(file) ? read(file) : made(file);
    }

    /** As {@link Ed25519} has it. */
    public String publicKey() {
        return publicKey;
    }

    public String id() {
        return Ed25519.id(publicKey);
    }

    /** @return base64 */
    public String sign(String text) {
        try {
            var signing = Signature.getInstance("Ed25519");
            signing.initSign(key);
            signing.update(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signing.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this key signed before", e);
        }
    }

    private static NodeKey read(Path file) throws IOException {
        var others = Files.getPosixFilePermissions(file).stream()
                .filter(permission -> !OWN.contains(permission))
                .toList();
        if (!others.isEmpty()) {
            throw new IOException("others may use the signing key " + file + " " + others
                    + "; if nobody did: chmod 600; else remove it, and the node makes a new one");
        }
        String pem = Files.readString(file);
        try {
            byte[] secret = Base64.getMimeDecoder().decode(block(pem, "PRIVATE KEY", file));
            var key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(secret));
            String shown = block(pem, "PUBLIC KEY", file).replaceAll("\\s", "");
            var read = new NodeKey(key, shown);
            if (!Ed25519.signed(shown, file.toString(), read.sign(file.toString()))) {
                throw new IOException("the two halves of the signing key " + file + " do not belong together");
            }
            return read;
        } catch (GeneralSecurityException e) {
            throw new IOException("no Ed25519 key in " + file + "; remove it, and the node makes a new one", e);
        }
    }

    private static String block(String pem, String name, Path file) throws IOException {
        Matcher found = Pattern.compile("-----BEGIN " + name + "-----([A-Za-z0-9+/=\\s]+)-----END " + name + "-----")
                .matcher(pem);
        if (!found.find()) {
            throw new IOException("no " + name + " in " + file + "; remove it, and the node makes a new one");
        }
        return found.group(1);
    }

    /** Whole or not at all: a crash leaves at most a file of another name. */
    private static NodeKey made(Path file) throws IOException {
        try {
            var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            String publicKey =
                    Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
            String pem = "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded())
                    + "\n-----END PRIVATE KEY-----\n-----BEGIN PUBLIC KEY-----\n" + publicKey
                    + "\n-----END PUBLIC KEY-----\n";
            Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
            Path draft = Files.createTempFile(folder, "signing", ".draft", PosixFilePermissions.asFileAttribute(OWN));
            try (var out = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(pem.getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            return new NodeKey(pair.getPrivate(), publicKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java since 15 has Ed25519", e);
        }
    }
}
