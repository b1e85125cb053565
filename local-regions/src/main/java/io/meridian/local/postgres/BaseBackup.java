package io.meridian.local.postgres;

import io.meridian.local.process.Account;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Set;

/** What pg_basebackup does, which is not among the binaries: copies a running server's data, to start a standby on it. */
final class BaseBackup {
    /** Kept as folders, without what is in them. */
    private static final Set<String> EMPTY = Set.of(
            "pg_wal",
            "pg_replslot",
            "pg_dynshmem",
            "pg_notify",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans");

    private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts");

    private BaseBackup() {}

    static void take(PostgresServer primary, Path from, Path to, String slot, String database)
            throws IOException, SQLException {
        Account account = Account.unprivileged();
        try (Connection session = DriverManager.getConnection(
                        primary.jdbcUrl("postgres"), "postgres", primary.superuserPassword());
                var statement = session.createStatement()) {
            statement.execute("select pg_create_physical_replication_slot('" + slot + "', true)");
            statement.execute("select pg_backup_start('standby', true)");
            copy(from, to, account);
            try (var row = statement.executeQuery("select labelfile from pg_backup_stop(false)")) {
                row.next();
                write(to.resolve("backup_label"), row.getString(1), account);
            }
        }
        write(to.resolve("standby.signal"), "", account);
        String conninfo = "host=127.0.0.1 port=%d user=postgres password=%s dbname=%s application_name=%s"
                .formatted(primary.port(), primary.superuserPassword(), database, slot);
        Files.writeString(to.resolve("postgresql.auto.conf"), """

                primary_conninfo = '%s'
                primary_slot_name = '%s'
                hot_standby_feedback = on
                sync_replication_slots = on
                """.formatted(conninfo, slot), StandardOpenOption.APPEND);
    }

    private static void write(Path file, String text, Account account) throws IOException {
        Files.writeString(file, text);
        account.own(file);
    }

    private static void copy(Path from, Path to, Account account) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Path target = to.resolve(from.relativize(folder));
                Files.createDirectory(target);
                Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
                account.own(target);
                return from.equals(folder.getParent())
                                && EMPTY.contains(folder.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!LEFT_OUT.contains(file.getFileName().toString())) {
                    Path target = to.resolve(from.relativize(file));
                    Files.copy(file, target);
                    account.own(target);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE; // the server runs, and removes files
                }
                throw failure;
            }
        });
    }
}
