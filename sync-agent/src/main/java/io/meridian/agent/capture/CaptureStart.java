package io.meridian.agent.capture;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Whether capture may begin, and where: decided before the first byte is read, because a slot that was lost or made anew begins at the
 * present, and what came between would vanish unseen. Pure.
 */
public final class CaptureStart {
    private CaptureStart() {}

    /** What the store and Kafka say. @param topicId of the topic of changes @param markersKnown the store remembers own markers */
    public record Found(
            String systemId,
            int timeline,
            String topicId,
            Optional<Slot> slot,
            Optional<Checkpoint> checkpoint,
            boolean topicEmpty,
            boolean markersKnown) {}

    /** @param invalidated why the store gave the slot up; empty: it did not */
    public record Slot(String name, long confirmedLsn, Optional<String> invalidated) {}

    public sealed interface Decision {
        /** @param first nothing was captured yet: the checkpoint must be written before the first record is sent */
        record Begin(Checkpoint from, boolean first) implements Decision {}

        record Refuse(String reason) implements Decision {}
    }

    public static Decision decide(Found found) {
        if (found.slot().isEmpty()) {
            return new Decision.Refuse(
                    found.checkpoint().isPresent()
                            ? "the replication slot does not exist any more: what was written since the last checkpoint cannot be read"
                            : "the replication slot does not exist; run the agent's install");
        }
        Slot slot = found.slot().get();
        if (slot.invalidated().isPresent()) {
            return new Decision.Refuse("slot " + slot.name() + " was invalidated by the store ("
                    + slot.invalidated().get() + "): changes are missing");
        }
        return found.checkpoint().isPresent()
                ? resume(found, slot, found.checkpoint().get())
                : first(found, slot);
    }

    private static Decision resume(Found found, Slot slot, Checkpoint checkpoint) {
        String incarnation = checkpoint.incarnation();
        if (!incarnation.startsWith(store(found)) || !incarnation.endsWith("." + found.topicId())) {
            return new Decision.Refuse(
                    "the store, its timeline or the topic was replaced: the checkpoint is of incarnation " + incarnation
                            + ", this is " + store(found) + "…." + found.topicId());
        }
        if (Long.compareUnsigned(slot.confirmedLsn(), checkpoint.confirmedLsn()) > 0) {
            return new Decision.Refuse("slot " + slot.name() + " stands at " + text(slot.confirmedLsn())
                    + ", ahead of the last checkpoint " + text(checkpoint.confirmedLsn())
                    + ": it was made anew or moved, and what lies between would be lost");
        }
        return new Decision.Begin(checkpoint, false);
    }

    private static Decision first(Found found, Slot slot) {
        if (!found.topicEmpty() || found.markersKnown()) {
            return new Decision.Refuse("there is no capture checkpoint, yet "
                    + (found.topicEmpty()
                            ? "this store's markers were captured before"
                            : "the topic of changes holds records")
                    + ": beginning at slot " + slot.name() + "'s position " + text(slot.confirmedLsn())
                    + " could leave a gap");
        }
        String incarnation = store(found) + text(slot.confirmedLsn()).replace('/', '-') + "." + found.topicId();
        return new Decision.Begin(new Checkpoint(incarnation, slot.confirmedLsn(), Map.of(), Map.of()), true);
    }

    private static String store(Found found) {
        return found.systemId() + "." + found.timeline() + ".";
    }

    private static String text(long lsn) {
        return LogSequenceNumber.valueOf(lsn).asString().toUpperCase(Locale.ROOT);
    }
}
