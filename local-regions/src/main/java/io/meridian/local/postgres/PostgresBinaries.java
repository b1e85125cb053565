package io.meridian.local.postgres;

import io.meridian.local.Checkout;
import io.meridian.local.process.Folders;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** initdb and postgres, unpacked once per checkout from the Maven artifact (it holds one archive, for x86-64 Linux). */
final class PostgresBinaries {
    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
    private static final String NAME = "postgres-18.6.0";

    private PostgresBinaries() {}

    /** The folder that holds {@code bin}, {@code lib}, {@code share}. */
    static Path locate() throws IOException {
        Path home = Checkout.cache().resolve(NAME);
        if (Files.exists(home.resolve("bin/postgres"))) {
            return home;
        }
        Files.createDirectories(Checkout.cache());
        Path fresh = Files.createTempDirectory(
                Checkout.cache(),
                NAME + "-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        unpack(fresh);
        try {
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException anotherWasFaster) {
            if (!Files.exists(home.resolve("bin/postgres"))) {
                throw anotherWasFaster;
            }
            Folders.remove(fresh);
        }
        return home;
    }

    private static void unpack(Path into) throws IOException {
        var archive = PostgresBinaries.class.getResourceAsStream(ARCHIVE);
        if (archive == null) {
            throw new IOException("the PostgreSQL binaries (" + ARCHIVE
                    + ") are not on the class path; they exist for x86-64 Linux only");
        }
        try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = into.resolve(entry.getName()).normalize();
                if (!target.startsWith(into)) {
                    throw new IOException("entry outside the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    put(tar, entry, target);
                }
            }
        }
    }

    private static void put(TarArchiveInputStream tar, TarArchiveEntry entry, Path target) throws IOException {
        try {
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            } else {
                Files.copy(tar, target);
                boolean program = (entry.getMode() & 0100) != 0;
                Files.setPosixFilePermissions(
                        target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
            }
        } catch (FileAlreadyExistsException twice) {
            throw new IOException("the archive holds " + entry.getName() + " twice", twice);
        }
    }
}
