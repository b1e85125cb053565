package io.meridian.local;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout that is run: everything that is made lies under its {@code .meridian/}. */
public final class Checkout {
    private Checkout() {}

    /** The system property {@code meridian.root} (set by the launcher and by the build), else the nearest folder above that looks like it. */
    public static Path root() {
        String named = System.getProperty("meridian.root");
        Path place = Path.of(named == null ? "" : named).toAbsolutePath().normalize();
        for (Path folder = place; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("ARCHITECTURE.md")) && Files.exists(folder.resolve("local-regions"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no Meridian checkout at or above " + place + "; set -Dmeridian.root");
    }

    /** Downloads and unpacked programs: kept when an instance is reset. */
    public static Path cache() {
        return root().resolve(".meridian/cache");
    }
}
