package io.meridian.simulation.store;

import io.meridian.simulation.engine.Scheduler;
import io.meridian.simulation.engine.Trace;
import io.meridian.simulation.rules.Rules;
import io.meridian.topology.ShardId;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The application's transactions: begin, read, think, write one row ({@code meridian.check_fence} takes the gate, then reads fence and lease), work,
 * commit. {@code transaction_timeout} ends them all.
 */
public final class Writers {
    /** T_tx of PROTOCOL 2, by the store's clock. */
    public static final long TRANSACTION_LIMIT_MICROS = 3_000_000;

    /** What became of a transaction. */
    public sealed interface Answer {
        record Committed(long id) implements Answer {}

        /** @param code SQLSTATE */
        record Refused(String code) implements Answer {}

        /** Rolled back by the store: nothing was written. */
        record Aborted() implements Answer {}
    }

    /**
     * @param row of the user's
     * @param thinkMicros between its first read and its write
     * @param workMicros from there to its commit
     * @param unbounded it switched off the limit of transactions after its check; or the store stalls in its commit
     */
    public record Request(
            ShardId shard, String userKey, int row, long thinkMicros, long workMicros, boolean unbounded) {}

    private final SimStore store;
    private final Gates gates;
    private final Scheduler scheduler;
    private final Rules rules;
    private final Trace trace;

    public Writers(SimStore store, Gates gates, Scheduler scheduler, Rules rules, Trace trace) {
        this.store = store;
        this.gates = gates;
        this.scheduler = scheduler;
        this.rules = rules;
        this.trace = trace;
    }

    /** @param answer called once, unless the store is restarted before */
    public void write(Request request, Consumer<Answer> answer) {
        if (!store.machine().up()) {
            return;
        }
        var transaction = new Transaction(request, answer, store.clockMicros(), store.copied(request.shard()));
        store.machine().afterMicros(request.thinkMicros(), transaction::arrive);
    }

    private final class Transaction {
        private final Request request;
        private final Consumer<Answer> answer;
        private final long begunMicros;
        private final int seen;

        Transaction(Request request, Consumer<Answer> answer, long begunMicros, int seen) {
            this.request = request;
            this.answer = answer;
            this.begunMicros = begunMicros;
            this.seen = seen;
        }

        private long leftMicros() {
            return begunMicros + TRANSACTION_LIMIT_MICROS - store.clockMicros();
        }

        void arrive() {
            Fence atArrival = store.fence(request.shard());
            gates.of(request.shard()).shared(store.machine().bound(() -> check(atArrival)));
        }

        private void check(Fence atArrival) {
            if (leftMicros() <= 0) {
                answer.accept(new Answer.Aborted());
                return;
            }
            Fence read = rules.rowRead(atArrival, store.fence(request.shard()));
            Optional<String> refusal = rules.refusal(read, store.lease(), store.clockMicros(), begunMicros);
            if (refusal.isPresent()) {
                answer.accept(new Answer.Refused(refusal.get()));
                return;
            }
            Gate gate = gates.of(request.shard());
            gate.entered();
            boolean late = !request.unbounded() && request.workMicros() >= leftMicros();
            // A cancelled backend is gone a little later, but writes nothing more.
            long ends = late ? leftMicros() + scheduler.delay(0, 500_000) : request.workMicros();
            store.machine().afterMicros(ends, () -> {
                if (late) {
                    gate.left();
                    answer.accept(new Answer.Aborted());
                } else {
                    commit(read, gate);
                }
            });
        }

        private void commit(Fence read, Gate gate) {
            long id = store.commitWrite(request, read.epoch(), seen, request.unbounded());
            trace.add(
                    store.region() + "/store",
                    "write " + id + " to shard " + request.shard() + " in epoch " + read.epoch());
            gate.left();
            answer.accept(new Answer.Committed(id));
        }
    }
}
