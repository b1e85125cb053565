package io.meridian.local.tls;

import io.meridian.local.process.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;

/**
 * A folder with {@code tls.crt}, {@code tls.key} and {@code ca.crt}, in the shape that Kubernetes gives a mounted secret: they are links
 * into {@code ..data}, which is a link to a folder of one version, and all three change at once when that link is moved. Whoever watches the
 * folder for moves hears of it. Beside it {@code sds/identity.yaml} and {@code sds/trust.yaml} tell an Envoy so.
 */
public final class IdentityFiles {
    private static final String DATA = "..data";

    private final Path folder;

    private IdentityFiles(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    /** @param authority folder of the {@link LocalAuthority} that issues them */
    public static IdentityFiles of(Path authority, Identity identity) {
        return new IdentityFiles(authority.resolve(identity.region()).resolve(identity.name()));
    }

    public Path certificate() {
        return folder.resolve("tls.crt");
    }

    public Path key() {
        return folder.resolve("tls.key");
    }

    public Path authority() {
        return folder.resolve("ca.crt");
    }

    /** The folder of the two files for Envoy. */
    public Path sds() {
        return folder.resolveSibling(folder.getFileName() + "-sds");
    }

    boolean present() {
        return Files.exists(certificate()) && Files.exists(key()) && Files.exists(authority());
    }

    /** The next version; from one moment to the other. */
    void swap(String certificate, String key, String authority) throws IOException {
        Files.createDirectories(folder);
        Optional<Path> before = version();
        Path version = Files.createDirectory(folder.resolve(".." + UUID.randomUUID()));
        Folders.write(version.resolve("tls.crt"), certificate, "rw-r--r--");
        Folders.write(version.resolve("tls.key"), key, "rw-------");
        Folders.write(version.resolve("ca.crt"), authority, "rw-r--r--");
        link(DATA, version.getFileName());
        for (String name : new String[] {"tls.crt", "tls.key", "ca.crt"}) {
            if (!Files.isSymbolicLink(folder.resolve(name))) {
                link(name, Path.of(DATA, name));
            }
        }
        if (before.isPresent()) {
            Folders.remove(before.get());
        }
    }

    void writeSds() throws IOException {
        Files.createDirectories(sds());
        Folders.write(sds().resolve("identity.yaml"), """
                # The private key is read by Envoy; whoever configures it names this file only.
                resources:
                - "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret
                  name: identity
                  tls_certificate:
                    certificate_chain: {filename: "%s"}
                    private_key: {filename: "%s"}
                    watched_directory: {path: "%s"}
                """.formatted(certificate(), key(), folder), "rw-r--r--");
        Folders.write(sds().resolve("trust.yaml"), """
                resources:
                - "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret
                  name: trust
                  validation_context:
                    trusted_ca: {filename: "%s"}
                    watched_directory: {path: "%s"}
                """.formatted(authority(), folder), "rw-r--r--");
    }

    private Optional<Path> version() throws IOException {
        Path data = folder.resolve(DATA);
        return Files.isSymbolicLink(data)
                ? Optional.of(folder.resolve(Files.readSymbolicLink(data)))
                : Optional.empty();
    }

    /** A link is changed by moving another one over it. */
    private void link(String name, Path target) throws IOException {
        Path fresh = folder.resolve(name + ".new");
        Files.deleteIfExists(fresh);
        Files.createSymbolicLink(fresh, target);
        Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
