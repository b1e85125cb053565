package io.meridian.simulation.agent;

import io.meridian.agent.capture.CaptureStart;
import io.meridian.agent.capture.Checkpoint;
import io.meridian.agent.capture.GroupedTransaction;
import io.meridian.agent.capture.SourceTransaction;
import io.meridian.agent.capture.StreamState;
import io.meridian.agent.capture.StreamStoppedException;
import io.meridian.agent.capture.TransactionGrouper;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.SourceRecord;
import io.meridian.simulation.judge.Invariant;
import io.meridian.simulation.judge.Violation;
import io.meridian.simulation.store.LogForm;
import io.meridian.simulation.store.SimStore;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code CaptureWork}, {@code SentLedger} and {@code MarkerWriter}: reads the log, sends in order, lets a transaction count once Kafka has its records
 * and the store its markers, and keeps a checkpoint of what counts. After the first failed send it begins again at the checkpoint.
 */
final class CaptureSteps {
    private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);
    private static final int AT_ONCE = 20;

    private static final class Sent {
        private final GroupedTransaction transaction;
        private int unacknowledged;

        Sent(GroupedTransaction transaction, int records) {
            this.transaction = transaction;
            this.unacknowledged = records;
        }
    }

    private final Site site;
    private final SimAgent agent;
    private Optional<Session> session = Optional.empty();
    private Optional<Position> lastCaptured = Optional.empty();

    CaptureSteps(Site site, SimAgent agent) {
        this.site = site;
        this.agent = agent;
    }

    /** Position of the last own record that counts. */
    Optional<Position> lastCaptured() {
        return lastCaptured;
    }

    void start() {
        SimStore store = site.store();
        Optional<Checkpoint> kept = site.own().checkpoint();
        long confirmed = kept.map(Checkpoint::confirmedLsn).orElse(SimStore.firstLsn());
        switch (CaptureStart.decide(store.found(kept, confirmed, site.own().empty()))) {
            case CaptureStart.Decision.Refuse refuse ->
                throw new Violation(Invariant.NO_STREAM_STOPS, site.here() + " does not capture: " + refuse.reason());
            case CaptureStart.Decision.Begin begin -> {
                if (begin.first()) {
                    site.own().keep(site.machine(), begin.from(), kept2 -> begin(kept2, begin.from()));
                } else {
                    begin(true, begin.from());
                }
            }
        }
    }

    private void begin(boolean kept, Checkpoint from) {
        if (kept) {
            var next = new Session(from);
            session = Optional.of(next);
            next.run();
        } else {
            again();
        }
    }

    private void again() {
        session = Optional.empty();
        site.machine().after(PAUSE_AFTER_FAILURE, this::start);
    }

    /** The store committed something. */
    void wake() {
        session.ifPresent(Session::wake);
    }

    /** One uninterrupted reading of the log. */
    private final class Session {
        private final TransactionGrouper grouper;
        private final String incarnation;
        private final StreamState sent;
        private final StreamState settled;
        private final Deque<Sent> awaitingKafka = new ArrayDeque<>();
        private final Deque<Sent> awaitingMarkers = new ArrayDeque<>();
        private int next;
        private long settledLsn;
        private long checkpointLsn;
        private boolean reading;
        private boolean writingMarkers;
        private boolean over;

        Session(Checkpoint from) {
            incarnation = from.incarnation();
            grouper = new TransactionGrouper(
                    site.here(),
                    incarnation,
                    site.partitions(),
                    new ShardFunction(site.shards()),
                    List.of(LogForm.ACCOUNT));
            sent = new StreamState(from.epochs(), from.last());
            settled = new StreamState(from.epochs(), from.last());
            settledLsn = from.confirmedLsn();
            checkpointLsn = from.confirmedLsn();
            List<SourceTransaction> log = site.store().log();
            while (next < log.size() && log.get(next).endLsn() <= from.confirmedLsn()) {
                next++;
            }
        }

        void run() {
            wake();
            site.machine().after(CHECKPOINT_EVERY, this::checkpoint);
        }

        void wake() {
            if (!reading && !over) {
                reading = true;
                site.machine().afterMicros(site.scheduler().delay(200, 2_000), this::read);
            }
        }

        private void read() {
            reading = false;
            List<SourceTransaction> log = site.store().log();
            for (int count = 0; count < AT_ONCE && next < log.size() && !over; count++) {
                send(log.get(next++));
            }
            if (next < log.size()) {
                wake();
            }
        }

        private void send(SourceTransaction transaction) {
            List<SourceRecord> records = new ArrayList<>();
            GroupedTransaction grouped = group(transaction, records);
            sent.advance(grouped);
            var one = new Sent(grouped, records.size());
            awaitingKafka.addLast(one);
            for (SourceRecord record : records) {
                site.own().send(site.machine(), record, in -> answered(one, in));
            }
            settle();
        }

        private GroupedTransaction group(SourceTransaction transaction, List<SourceRecord> records) {
            Map<ShardId, Epoch> stream = sent.epochs();
            Map<ShardId, Epoch> taken = site.rules().epochsOfRows(stream, fenceTable());
            StreamState before = taken.equals(stream) ? sent : new StreamState(taken, sent.last());
            try {
                return grouper.group(before, transaction, records::add);
            } catch (StreamStoppedException stopped) {
                throw new Violation(
                        Invariant.NO_STREAM_STOPS, site.here() + " captures no more: " + stopped.getMessage());
            }
        }

        private Map<ShardId, Epoch> fenceTable() {
            var table = new TreeMap<ShardId, Epoch>();
            site.store().fenceRows().forEach((shard, row) -> table.put(shard, row.epoch()));
            return table;
        }

        private void answered(Sent one, boolean in) {
            if (over) {
                return;
            }
            if (!in && !site.rules().captureGoesOnBehindAFailure()) {
                over = true;
                site.log("a send failed: begins again at the checkpoint");
                again();
                return;
            }
            one.unacknowledged--;
            settle();
        }

        private void settle() {
            while (!awaitingKafka.isEmpty() && awaitingKafka.getFirst().unacknowledged == 0) {
                awaitingMarkers.addLast(awaitingKafka.removeFirst());
            }
            while (!writingMarkers && !awaitingMarkers.isEmpty()) {
                Sent first = awaitingMarkers.getFirst();
                if (first.transaction.markers().isEmpty()) {
                    count(awaitingMarkers.removeFirst());
                } else {
                    writingMarkers = true;
                    site.machine().afterMicros(site.scheduler().delay(500, 4_000), this::writeMarkers);
                }
            }
        }

        private void writeMarkers() {
            writingMarkers = false;
            Sent first = awaitingMarkers.removeFirst();
            List<Marker> markers = first.transaction.markers();
            site.store().markers(first.transaction.position(), markers);
            count(first);
            agent.markersCaptured(markers.stream().map(Marker::shard).toList());
            settle();
        }

        private void count(Sent one) {
            settled.advance(one.transaction);
            settledLsn = one.transaction.position().lsn();
            lastCaptured = Optional.of(one.transaction.position());
        }

        /** What counts is kept; the store forgets it only afterwards. */
        private void checkpoint() {
            if (over) {
                return;
            }
            if (settledLsn > checkpointLsn) {
                checkpointLsn = settledLsn;
                var next = new Checkpoint(incarnation, settledLsn, settled.epochs(), settled.last());
                site.own().keep(site.machine(), next, kept -> {
                    if (!kept && !over) {
                        over = true;
                        again();
                    }
                });
            }
            site.machine().after(CHECKPOINT_EVERY, this::checkpoint);
        }
    }
}
