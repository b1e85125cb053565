package io.meridian.simulation.control;

import io.meridian.control.state.ControlState;
import io.meridian.control.state.Revision;
import io.meridian.simulation.feed.ServerEnd;

/** One stream's downward half, by the rules of {@code FeedStream}: the newest state as soon as there is one, and a sign of life every two seconds. */
final class Feed<V, E extends ServerEnd<V>> {
    private static final long LIFE_SIGN_MICROS = 2_000_000;
    private static final long SILENCE_LIMIT_MICROS = 10_000_000;
    private static final long LEADERLESS_LIMIT_MICROS = 6_000_000;
    private static final long BEHIND_LIMIT_MICROS = 4_000_000;

    private final ControlNode node;
    private final Call<V> call;
    private final E end;
    private final long known;
    private final long begunMicros;
    private long heardMicros;
    private long sentMicros;
    private boolean gone;

    Feed(ControlNode node, Call<V> call, E end, long known) {
        this.node = node;
        this.call = call;
        this.end = end;
        this.known = known;
        this.begunMicros = node.machine().clockMicros();
        this.heardMicros = begunMicros;
        this.sentMicros = begunMicros - LIFE_SIGN_MICROS;
    }

    E end() {
        return end;
    }

    boolean gone() {
        return gone;
    }

    long ageMicros() {
        return node.machine().clockMicros() - begunMicros;
    }

    void heard() {
        heardMicros = node.machine().clockMicros();
    }

    /** Its connection broke, whoever broke it. */
    void broke() {
        if (!gone) {
            gone = true;
            end.gone();
        }
    }

    void finish() {
        if (!gone) {
            call.endByNode();
            broke();
        }
    }

    /** @param mayBegin whether it may hear its first view */
    void look(boolean mayBegin, long leaderlessMicros) {
        if (gone) {
            return;
        }
        long now = node.machine().clockMicros();
        ControlState state = node.replica();
        boolean behind = state.revision().compareTo(Revision.of(known)) < 0;
        if (now - heardMicros > SILENCE_LIMIT_MICROS
                || leaderlessMicros > LEADERLESS_LIMIT_MICROS
                || (behind && now - begunMicros > BEHIND_LIMIT_MICROS)) {
            finish();
            return;
        }
        if (end.told().isEmpty() && (behind || !mayBegin)) {
            return;
        }
        boolean newer = end.told().isEmpty()
                || state.revision().compareTo(end.told().get().revision()) > 0;
        if ((newer && state.declared().isPresent()) || now - sentMicros >= LIFE_SIGN_MICROS) {
            sentMicros = now;
            call.tell(end.tell(state));
        }
    }
}
