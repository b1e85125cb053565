package io.meridian.bench.sync;

import io.meridian.agent.capture.CaptureSource;
import io.meridian.bench.BenchFailedException;
import io.meridian.local.kafka.KafkaServer;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Two regions' data paths, each in a JVM of its own, between two fenced stores and two Kafkas. */
public final class MeridianWay implements Way {
    private static final long START_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final CaptureSource capture;
    private final Stores stores;
    private final Worker east;
    private final Worker west;

    /** Outlive a way: the next one goes on with the same. */
    public static final class Stores implements AutoCloseable {
        private final Store east;
        private final Store west;
        private final KafkaServer eastKafka;
        private final KafkaServer westKafka;

        public Stores() throws Exception {
            east = Store.fenced();
            west = Store.fenced();
            eastKafka = KafkaServer.temporary();
            westKafka = KafkaServer.temporary();
            east.openAllShards();
        }

        @Override
        public void close() {
            eastKafka.close();
            westKafka.close();
            east.close();
            west.close();
        }
    }

    public MeridianWay(Stores stores, CaptureSource capture) throws IOException {
        this.capture = capture;
        this.stores = stores;
        this.east = worker("east", stores.east, stores.eastKafka, "west", stores.westKafka);
        this.west = worker("west", stores.west, stores.westKafka, "east", stores.eastKafka);
        awaitWell(east);
        awaitWell(west);
    }

    private Worker worker(String region, Store store, KafkaServer kafka, String peer, KafkaServer peerKafka)
            throws IOException {
        return new Worker(
                DataPathWorker.class,
                List.of(region, store.url(), kafka.bootstrap(), capture.name(), peer, peerKafka.bootstrap()));
    }

    private static void awaitWell(Worker worker) throws IOException {
        long end = System.nanoTime() + START_LIMIT_NANOS;
        for (String problem = worker.problem(); !problem.isEmpty(); problem = worker.problem()) {
            if (System.nanoTime() > end) {
                throw new BenchFailedException("a data path does not run: " + problem);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    @Override
    public String name() {
        return capture.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Store source() {
        return stores.east;
    }

    @Override
    public Store target() {
        return stores.west;
    }

    @Override
    public void pause() throws IOException, InterruptedException {
        east.freeze();
        west.freeze();
    }

    @Override
    public void resume() throws IOException, InterruptedException {
        west.thaw();
        east.thaw();
    }

    @Override
    public Use use() throws IOException {
        return east.use().plus(west.use());
    }

    @Override
    public void close() {
        east.close();
        west.close();
    }
}
