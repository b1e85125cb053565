package io.meridian.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The user that programs run as which refuse to be root (PostgreSQL): ourselves when we are not root, else {@code postgres} or {@code nobody}.
 *
 * @param prefix what stands before a command so that it runs as that user; empty for ourselves
 */
public record Account(String name, List<String> prefix) {
    private static final Path PASSWD = Path.of("/etc/passwd");

    public static Account unprivileged() throws IOException {
        if (!System.getProperty("user.name").equals("root")) {
            return new Account(System.getProperty("user.name"), List.of());
        }
        List<String> lines = Files.readAllLines(PASSWD);
        return named(lines, "postgres")
                .or(() -> named(lines, "nobody"))
                .orElseThrow(() -> new StartFailedException(
                        "PostgreSQL refuses to run as root, and there is neither a user 'postgres' nor 'nobody'; run ./meridian as a normal"
                                + " user, or: useradd --system postgres"));
    }

    private static Optional<Account> named(List<String> passwd, String name) {
        return passwd.stream()
                .map(line -> line.split(":", -1))
                .filter(entry -> entry[0].equals(name))
                .findFirst()
                .map(entry -> new Account(
                        name, List.of("setpriv", "--reuid", entry[2], "--regid", entry[3], "--clear-groups", "--")));
    }

    public boolean another() {
        return !prefix.isEmpty();
    }

    /** Gives {@code path} to this account, when it is another than ours. */
    public void own(Path path) throws IOException {
        if (another()) {
            var views = path.getFileSystem().getUserPrincipalLookupService();
            Files.setOwner(path, views.lookupPrincipalByName(name));
        }
    }

    /**
     * A folder that this account cannot pass through, above or at {@code path}: every folder above must let it through (x), else a program
     * fails with a bare "permission denied".
     */
    public void mustReach(Path path) throws IOException {
        if (!another()) {
            return;
        }
        for (Path folder = path.toAbsolutePath().getParent(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder) && !passable(folder)) {
                throw new StartFailedException(
                        "PostgreSQL runs as user '" + name + "' (it refuses root), who cannot reach " + path + ": "
                                + folder + " has mode "
                                + PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))
                                + ". Let others pass through: chmod o+x " + folder
                                + "; or put the checkout elsewhere, such as /srv; or run ./meridian as a normal user.");
            }
        }
    }

    private boolean passable(Path folder) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
        return permissions.contains(PosixFilePermission.OTHERS_EXECUTE)
                || (Files.getOwner(folder).getName().equals(name)
                        && permissions.contains(PosixFilePermission.OWNER_EXECUTE));
    }
}
