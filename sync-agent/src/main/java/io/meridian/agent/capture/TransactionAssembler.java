package io.meridian.agent.capture;

import io.meridian.agent.record.Relation;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Messages to whole transactions, in the order of their commits; remembers the tables that the stream described. What the store sends before
 * a transaction has ended waits in {@link Staging}, several transactions side by side. A transaction applied by us comes out empty.
 */
final class TransactionAssembler {
    /** Of a transaction that is sent whole: a multiple of what the store holds in memory before it streams. */
    private static final long MOST_HELD_WHOLE = 4L << 20;
    /** Of each streamed one: there may be as many as the store has sessions. */
    private static final long MOST_HELD_STREAMED = 64L << 10;

    private final String ourOrigins;
    private final Staging staging;
    private final Runnable working;
    private final Map<Integer, Relation> relations = new HashMap<>();
    private final Map<Integer, Long> describedAt = new HashMap<>();
    private final Map<Integer, OpenTransaction> streamed = new HashMap<>();
    private Optional<OpenTransaction> current = Optional.empty();
    private OptionalInt currentStream = OptionalInt.empty();
    private long messages;

    /** @param ourOrigins beginning of the names of our replication origins @param working told again and again while staged changes are read */
    TransactionAssembler(String ourOrigins, Staging staging, Runnable working) {
        this.ourOrigins = ourOrigins;
        this.staging = staging;
        this.working = working;
    }

    /** Inside one that is sent whole, or inside a piece of a streamed one; not while streamed ones wait for their next piece. */
    boolean insideTransaction() {
        return current.isPresent();
    }

    /** The transaction that {@code message} ends, unless it ends none. @throws IllegalStateException it is not of the protocol, or not here */
    Optional<SourceTransaction> add(ByteBuffer message) {
        messages++;
        char tag = new MessageBytes(message.duplicate()).tag();
        if (tag == 'I' || tag == 'U' || tag == 'D' || tag == 'T') {
            inside(tag).add(message); // decoded at the end, when it is known that it counts
            return Optional.empty();
        }
        return switch (PgoutputDecoder.decode(message.duplicate(), currentStream.isPresent())) {
            case PgoutputMessage.Begin begin -> {
                begin(
                        begin.xid(),
                        OptionalInt.empty(),
                        new OpenTransaction(staging.begin(begin.xid(), MOST_HELD_WHOLE), false));
                yield Optional.empty();
            }
            case PgoutputMessage.StreamStart start -> {
                begin(start.xid(), OptionalInt.of(start.xid()), stream(start));
                yield Optional.empty();
            }
            case PgoutputMessage.StreamStop _ -> {
                end(true);
                yield Optional.empty();
            }
            case PgoutputMessage.Origin origin -> {
                if (origin.name().startsWith(ourOrigins)) {
                    inside(tag).ours();
                }
                yield Optional.empty();
            }
            case PgoutputMessage.Streamed inStream -> content(tag, message, inStream.content());
            case PgoutputMessage.Content content -> content(tag, message, content);
            case PgoutputMessage.StreamAbort abort -> {
                abort(abort);
                yield Optional.empty();
            }
            case PgoutputMessage.Commit commit -> Optional.of(committed(commit, end(false)));
            case PgoutputMessage.StreamCommit commit -> Optional.of(committed(commit.commit(), streamEnded(commit)));
        };
    }

    private OpenTransaction stream(PgoutputMessage.StreamStart start) {
        OpenTransaction known = streamed.get(start.xid());
        if (start.first() != (known == null)) {
            throw refusal("transaction " + Integer.toUnsignedString(start.xid())
                    + (known == null ? " goes on without having begun" : " begins a second time"));
        }
        if (known != null) {
            return known;
        }
        var begun = new OpenTransaction(staging.begin(start.xid(), MOST_HELD_STREAMED), true);
        streamed.put(start.xid(), begun);
        return begun;
    }

    private void begin(int xid, OptionalInt stream, OpenTransaction transaction) {
        if (current.isPresent()) {
            throw refusal("transaction " + Integer.toUnsignedString(xid) + " begins inside another one");
        }
        current = Optional.of(transaction);
        currentStream = stream;
    }

    private OpenTransaction inside(char tag) {
        return current.orElseThrow(() -> refusal("message '" + tag + "' stands outside any transaction"));
    }

    private Optional<SourceTransaction> content(char tag, ByteBuffer message, PgoutputMessage.Content content) {
        if (content instanceof PgoutputMessage.Described described) {
            OpenTransaction transaction = inside(tag);
            transaction.described(described.oid(), described.relation(), messages);
            transaction.add(message);
        }
        return Optional.empty();
    }

    private OpenTransaction end(boolean stream) {
        if (current.isEmpty() || currentStream.isPresent() != stream) {
            throw refusal(stream ? "a stream stops that had not begun" : "a transaction ends that had not begun");
        }
        OpenTransaction ended = current.get();
        current = Optional.empty();
        currentStream = OptionalInt.empty();
        return ended;
    }

    private OpenTransaction streamEnded(PgoutputMessage.StreamCommit commit) {
        outside();
        OpenTransaction ended = streamed.remove(commit.xid());
        if (ended == null) {
            throw refusal("transaction " + Integer.toUnsignedString(commit.xid()) + " ends without having begun");
        }
        return ended;
    }

    /** One that is not known had nothing here to undo. */
    private void abort(PgoutputMessage.StreamAbort abort) {
        outside();
        OpenTransaction of = streamed.get(abort.xid());
        if (of == null) {
            return;
        }
        if (abort.xid() == abort.subXid()) {
            streamed.remove(abort.xid());
            of.discard();
        } else {
            of.undo(abort.subXid());
        }
    }

    private void outside() {
        if (current.isPresent()) {
            throw refusal("a streamed transaction ends inside another one");
        }
    }

    private SourceTransaction committed(PgoutputMessage.Commit commit, OpenTransaction transaction) {
        Changes changes = transaction.changes(relations, working);
        transaction.described().forEach(this::learn);
        return new SourceTransaction(commit.endLsn(), commit.commitMicros(), changes);
    }

    /** From its commit on the store takes for told what a streamed transaction described, unless it has told something newer since. */
    private void learn(int oid, OpenTransaction.Described described) {
        if (describedAt.getOrDefault(oid, 0L) < described.at()) {
            describedAt.put(oid, described.at());
            relations.put(oid, described.relation());
        }
    }

    private static IllegalStateException refusal(String what) {
        return new IllegalStateException("pgoutput: " + what);
    }
}
