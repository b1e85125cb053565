package io.meridian.agent.capture;

import io.meridian.agent.server.Cures;
import io.meridian.agent.server.Timeline;
import io.meridian.topology.ownership.Position;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Whether capture may begin, and where: decided before the first byte is read, because a slot that was lost or made anew begins at the
 * present, and what came between would vanish unseen. Pure.
 */
public final class CaptureStart {
    private CaptureStart() {}

    /**
     * What the store and Kafka say.
     *
     * @param topicId of the topic of changes
     * @param sentLsn of the last record in any partition of that topic; 0: there is none
     * @param markersKnown the store remembers own markers
     */
    public record Found(
            String systemId,
            Timeline timeline,
            String topicId,
            Optional<Slot> slot,
            Optional<Checkpoint> checkpoint,
            boolean topicEmpty,
            long sentLsn,
            boolean markersKnown) {

        /** Of a store that was never promoted. */
        public Found(
                String systemId,
                int timeline,
                String topicId,
                Optional<Slot> slot,
                Optional<Checkpoint> checkpoint,
                boolean topicEmpty,
                boolean markersKnown) {
            this(systemId, Timeline.of(timeline), topicId, slot, checkpoint, topicEmpty, 0, markersKnown);
        }
    }

    /** @param invalidated why the store gave the slot up; empty: it did not */
    public record Slot(String name, long confirmedLsn, Optional<String> invalidated) {}

    public sealed interface Decision {
        /** @param first of this store, or of this timeline: the checkpoint must be written before the first record is sent */
        record Begin(Checkpoint from, boolean first) implements Decision {}

        /** @param lacking a promoted primary is not what was captured: whoever writes in it diverges from all copies */
        record Refuse(String reason, boolean lacking) implements Decision {
            Refuse(String reason) {
                this(reason, false);
            }
        }
    }

    public static Decision decide(Found found) {
        Optional<String> lacks = found.checkpoint().flatMap(known -> lacks(found, known));
        if (lacks.isPresent()) {
            return new Decision.Refuse(
                    "the store's primary was promoted and lacks what was captured from the one before: " + lacks.get()
                            + ". " + Cures.PROMOTED,
                    true);
        }
        if (found.slot().isEmpty()) {
            return new Decision.Refuse(
                    found.checkpoint().isPresent()
                            ? "the replication slot does not exist any more: what was written since the last checkpoint cannot be read"
                                    + promoted(found)
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

    private static String promoted(Found found) {
        return found.checkpoint()
                .filter(known -> timeline(known) != found.timeline().number())
                .map(_ -> " (the primary was promoted: its standby had no copy of the slot; docs/postgresql-ha.md)")
                .orElse("");
    }

    private static Decision resume(Found found, Slot slot, Checkpoint checkpoint) {
        String incarnation = checkpoint.incarnation();
        if (!isOf(found, incarnation)) {
            return new Decision.Refuse(
                    "the store, its timeline or the topic was replaced: the checkpoint is of incarnation " + incarnation
                            + ", this is " + store(found) + "…." + found.topicId());
        }
        if (Long.compareUnsigned(slot.confirmedLsn(), checkpoint.confirmedLsn()) > 0) {
            return new Decision.Refuse("slot " + slot.name() + " stands at " + text(slot.confirmedLsn())
                    + ", ahead of the last checkpoint " + text(checkpoint.confirmedLsn())
                    + ": it was made anew or moved, and what lies between would be lost");
        }
        int now = found.timeline().number();
        return timeline(checkpoint) == now
                ? new Decision.Begin(checkpoint, false)
                : new Decision.Begin(checkpoint.on(now), true);
    }

    private static Optional<String> lacks(Found found, Checkpoint checkpoint) {
        return isOf(found, checkpoint.incarnation())
                ? found.timeline().lacks(timeline(checkpoint), captured(found, checkpoint))
                : Optional.empty();
    }

    private static boolean isOf(Found found, String incarnation) {
        return incarnation.startsWith(found.systemId() + ".") && incarnation.endsWith("." + found.topicId());
    }

    /** The incarnation names the timeline that it began on, and is kept by promotions that lost nothing. */
    private static int timeline(Checkpoint checkpoint) {
        return checkpoint.timeline() > 0
                ? checkpoint.timeline()
                : Integer.parseInt(checkpoint.incarnation().split("\\.", 3)[1]);
    }

    /** Records are sent ahead of the checkpoint, and others may have applied them. */
    private static long captured(Found found, Checkpoint checkpoint) {
        return LongStream.concat(
                        LongStream.of(checkpoint.confirmedLsn(), found.sentLsn()),
                        checkpoint.last().values().stream().mapToLong(Position::lsn))
                .reduce(0, (one, other) -> Long.compareUnsigned(one, other) >= 0 ? one : other);
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
        return found.systemId() + "." + found.timeline().number() + ".";
    }

    private static String text(long lsn) {
        return LogSequenceNumber.valueOf(lsn).asString().toUpperCase(Locale.ROOT);
    }
}
