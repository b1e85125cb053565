package io.meridian.local.postgres;

import io.meridian.local.Ports;
import io.meridian.local.process.Account;
import io.meridian.local.process.DetachedProcess;
import io.meridian.local.process.Folders;
import io.meridian.local.process.ProcessIdentity;
import io.meridian.local.process.StartFailedException;
import io.meridian.local.process.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Consumer;

/** One PostgreSQL 18 from the Maven binaries, in a folder, on 127.0.0.1; fsync on, wal_level=logical, local profile. */
public final class PostgresServer implements AutoCloseable {
    private static final String SUPERUSER = "postgres";
    /** A fast shutdown waits for its WAL senders, and a stalled agent may hold one. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final Path folder;
    private final int port;
    private final String superuserPassword;
    private final boolean temporary;
    private final Account account;
    private final Consumer<ProcessIdentity> spawned;
    private volatile ProcessIdentity process;

    private PostgresServer(
            Path folder, int port, String superuserPassword, boolean temporary, Consumer<ProcessIdentity> spawned)
            throws IOException, InterruptedException {
        this.folder = folder.toAbsolutePath();
        this.port = port;
        this.superuserPassword = superuserPassword;
        this.temporary = temporary;
        this.spawned = spawned;
        this.account = Account.unprivileged();
        initialize();
        this.process = launch();
    }

    /**
     * initdb when the folder is empty, then starts and waits until it answers. The superuser is "postgres" with {@code superuserPassword}
     * (scram). The data lies in {@code folder/data}, the log in {@code folder/log}.
     */
    public static PostgresServer start(Path folder, int port, String superuserPassword)
            throws IOException, InterruptedException {
        return start(folder, port, superuserPassword, _ -> {});
    }

    /** @param spawned hears of the process before it is ready */
    public static PostgresServer start(
            Path folder, int port, String superuserPassword, Consumer<ProcessIdentity> spawned)
            throws IOException, InterruptedException {
        return new PostgresServer(folder, port, superuserPassword, false, spawned);
    }

    /** For tests: a new temporary folder (removed on close), a free port. */
    public static PostgresServer temporary() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("meridian-postgres-");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        var server = new PostgresServer(folder, Ports.free(), UUID.randomUUID().toString(), true, _ -> {});
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "postgres-cleanup"));
        return server;
    }

    /**
     * For tests: a standby that streams from {@code primary} by the physical slot {@code slot}, which is made, and copies its logical slots of
     * {@code database}. It is named {@code slot} in pg_stat_replication.
     */
    public static PostgresServer standbyOf(PostgresServer primary, String slot, String database)
            throws IOException, InterruptedException, SQLException {
        Path folder = Files.createTempDirectory("meridian-postgres-standby-");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        BaseBackup.take(primary, primary.folder.resolve("data"), folder.resolve("data"), slot, database);
        var server = new PostgresServer(folder, Ports.free(), primary.superuserPassword, true, _ -> {});
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "postgres-cleanup"));
        return server;
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    public ProcessIdentity process() {
        return process;
    }

    public Path log() {
        return folder.resolve("log");
    }

    public String superuserPassword() {
        return superuserPassword;
    }

    /** Without user and password. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** Does nothing when it is there. */
    public void createDatabase(String name) throws SQLException {
        try (var connection = DriverManager.getConnection(jdbcUrl(SUPERUSER), SUPERUSER, superuserPassword);
                var question = connection.prepareStatement("select 1 from pg_database where datname = ?")) {
            question.setString(1, name);
            if (!question.executeQuery().next()) {
                try (var statement = connection.createStatement()) {
                    statement.execute("create database \"" + name.replace("\"", "\"\"") + '"');
                }
            }
        }
    }

    /** Fast shutdown: sessions are ended, data is flushed. */
    public void stop() {
        uninterrupted(() -> process.stop("INT", STOP_LIMIT));
    }

    /** SIGKILL, as a crash of the server. */
    public void kill() {
        uninterrupted(process::kill);
    }

    /** Starts again, after a stop or a kill, with the same data and port. Stops first when it runs. */
    public void restart() {
        uninterrupted(() -> {
            process.stop("INT", STOP_LIMIT);
            process = launch();
        });
    }

    @Override
    public void close() {
        if (temporary) {
            kill();
            uninterrupted(() -> Folders.remove(folder));
        } else {
            stop();
        }
    }

    private void initialize() throws IOException, InterruptedException {
        Path binaries = PostgresBinaries.locate();
        account.mustReach(binaries.resolve("bin"));
        Files.createDirectories(folder);
        account.mustReach(folder.resolve("data"));
        if (Files.exists(folder.resolve("data/PG_VERSION"))) {
            return;
        }
        Folders.remove(folder.resolve("data"));
        Folders.remove(folder.resolve("data.new"));
        Path fresh = Files.createDirectory(folder.resolve("data.new"));
        account.own(fresh);
        Path password = Files.createTempFile(folder, "initdb", ".password");
        try {
            Files.writeString(password, superuserPassword);
            account.own(password);
            initdb(binaries, fresh, password);
        } finally {
            Files.delete(password);
        }
        Files.writeString(
                fresh.resolve("pg_hba.conf"),
                "host all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n");
        Files.move(fresh, folder.resolve("data"));
    }

    private void initdb(Path binaries, Path data, Path password) throws IOException, InterruptedException {
        Path log = folder.resolve("initdb.log");
        List<String> command = new ArrayList<>(account.prefix());
        command.addAll(List.of(
                binaries.resolve("bin/initdb").toString(),
                "--pgdata=" + data,
                "--username=" + SUPERUSER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-sync"));
        int status = new ProcessBuilder(command)
                .directory(data.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (status != 0) {
            throw new StartFailedException("initdb failed (status " + status + "):", log);
        }
    }

    private ProcessIdentity launch() throws IOException, InterruptedException {
        PostmasterFile.removeIfStale(folder.resolve("data"));
        List<String> command = new ArrayList<>(account.prefix());
        command.add(PostgresBinaries.locate().resolve("bin/postgres").toString());
        command.add("-D");
        command.add(folder.resolve("data").toString());
        LocalProfile.settings(port).forEach((name, value) -> {
            command.add("-c");
            command.add(name + "=" + value);
        });
        // After a SIGKILL the server's children need a moment to notice; until then they hold its shared memory and a
        // start is refused.
        for (int attempt = 1; ; attempt++) {
            var started = DetachedProcess.start(command, folder.resolve("data"), log());
            spawned.accept(started);
            try {
                Waiting.until("PostgreSQL on port " + port, started, log(), Duration.ofSeconds(60), this::answers);
                return started;
            } catch (StartFailedException failed) {
                if (attempt >= 20 || started.alive() || !tailOfLog().contains("is still in use")) {
                    started.kill();
                    throw failed;
                }
                Thread.sleep(200);
            }
        }
    }

    private String tailOfLog() {
        return StartFailedException.tail(log(), 5);
    }

    private boolean answers() throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", SUPERUSER);
        properties.setProperty("password", superuserPassword);
        properties.setProperty("connectTimeout", "2");
        properties.setProperty("socketTimeout", "5");
        try (var connection = DriverManager.getConnection(jdbcUrl(SUPERUSER), properties)) {
            return connection.isValid(2);
        }
    }

    private interface Act {
        void run() throws IOException, InterruptedException;
    }

    private static void uninterrupted(Act act) {
        try {
            act.run();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
