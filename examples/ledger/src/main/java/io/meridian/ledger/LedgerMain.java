package io.meridian.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.meridian.ledger.books.Books;
import io.meridian.ledger.books.Branches;
import io.meridian.ledger.web.ZoneServers;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.logging.Logger;

/** Serves all zones of one region: {@code LedgerMain --config FILE}. */
public final class LedgerMain {
    private static final Logger LOG = Logger.getLogger(LedgerMain.class.getName());

    private LedgerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n");
        if (arguments.length != 2 || !arguments[0].equals("--config")) {
            System.err.println("usage: LedgerMain --config FILE   (its keys: examples/ledger/README.md)");
            System.exit(2);
        }
        switch (LedgerConfig.read(Path.of(arguments[1]))) {
            case LedgerConfig.Reading.Faulty(var faults) -> {
                faults.forEach(System.err::println);
                System.exit(2);
            }
            case LedgerConfig.Reading.Read(var config) -> serve(config);
        }
    }

    private static void serve(LedgerConfig config) throws InterruptedException {
        List<HikariDataSource> pools = new ArrayList<>();
        Branches branches = branches(config, pools);
        var vertx = Vertx.vertx(
                new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(2).setInternalBlockingPoolSize(2));
        ZoneServers servers;
        try {
            servers = ZoneServers.listen(vertx, config.zones(), branches);
        } catch (ExecutionException | TimeoutException refused) {
            System.err.println("cannot listen on " + config.zones() + ": " + refused.getMessage());
            System.exit(1);
            return;
        }
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            servers.close();
                            pools.forEach(HikariDataSource::close);
                        },
                        "shutdown"));
        LOG.info("ledger serves zones=" + config.zones());
    }

    /** @param pools are added to: to be closed at the end */
    private static Branches branches(LedgerConfig config, List<HikariDataSource> pools) {
        return new Branches(
                config.shards(),
                config.stores().stream()
                        .map(store -> {
                            pools.add(pool(config, store));
                            var books = new Books(pools.getLast(), config.ownerCheck());
                            return new Branches.Branch(store.first(), store.last(), books);
                        })
                        .toList());
    }

    private static HikariDataSource pool(LedgerConfig config, LedgerConfig.Store store) {
        var pool = new HikariConfig();
        pool.setJdbcUrl(store.jdbcUrl());
        pool.setUsername(config.user());
        pool.setPassword(config.password());
        pool.setMaximumPoolSize(config.poolSize());
        pool.setPoolName("ledger-" + store.first());
        pool.setAutoCommit(false);
        pool.setInitializationFailTimeout(-1); // start without the store: /health tells, and sessions come when it does
        pool.setConnectionTimeout(Duration.ofSeconds(5).toMillis());
        pool.addDataSourceProperty("ApplicationName", "ledger");
        pool.addDataSourceProperty("connectTimeout", "3");
        pool.addDataSourceProperty("socketTimeout", "10"); // above transaction_timeout: the server speaks first
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        return new HikariDataSource(pool);
    }
}
