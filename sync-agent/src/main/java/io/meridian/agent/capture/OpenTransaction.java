package io.meridian.agent.capture;

import io.meridian.agent.record.Relation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** A transaction of which not all has come. */
final class OpenTransaction {
    /** @param at the number of the message that said so */
    record Described(Relation relation, long at) {}

    private final StagedMessages messages;
    private final boolean streamed;
    private final Map<Integer, Described> described = new HashMap<>();
    private final Set<Integer> undone = new HashSet<>();
    private boolean ours;

    OpenTransaction(StagedMessages messages, boolean streamed) {
        this.messages = messages;
        this.streamed = streamed;
    }

    /** It was applied by us, so it takes no effect again; tables that it describes stay described all the same. */
    void ours() {
        ours = true;
        messages.discard();
    }

    void add(ByteBuffer message) {
        if (!ours) {
            messages.add(message);
        }
    }

    void described(int oid, Relation relation, long at) {
        described.put(oid, new Described(relation, at));
    }

    Map<Integer, Described> described() {
        return described;
    }

    /** A subtransaction was rolled back; those within it are told one by one. */
    void undo(int subXid) {
        undone.add(subXid);
    }

    void discard() {
        messages.discard();
    }

    /** It was committed. @param before tables as they were described before it @param working told again and again while changes are read */
    Changes changes(Map<Integer, Relation> before, Runnable working) {
        if (messages.onDisk()) {
            Map<Integer, Relation> then = streamed ? Map.of() : Map.copyOf(before);
            return new StagedChanges(messages, () -> new ChangeReader(streamed, then, undone), working);
        }
        var reader = new ChangeReader(streamed, streamed ? Map.of() : before, undone);
        List<SourceChange> changes = new ArrayList<>();
        Consumer<ByteBuffer> read = message -> changes.addAll(reader.read(message));
        messages.held().forEach(read);
        messages.discard();
        return Changes.of(changes);
    }
}
