package io.meridian.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.RefusedException;
import io.meridian.cli.api.UnreachableException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Every wait of a drill goes through here, so that a guard or a person can end it; once off, waits only wait. */
final class Brakes {
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Supplier<Optional<String>> guards;
    private volatile @Nullable String asked;
    private volatile boolean off;

    /** @param guards says which one is exceeded */
    Brakes(Supplier<Optional<String>> guards) {
        this.guards = guards;
    }

    /** Nothing guards and nobody ends what is waited for: while things are undone. */
    static Brakes none() {
        var none = new Brakes(Optional::empty);
        none.off();
        return none;
    }

    /** By another thread. */
    void abort(String reason) {
        if (asked == null) {
            asked = reason;
        }
    }

    void off() {
        off = true;
    }

    void check() throws AbortedException {
        if (off) {
            return;
        }
        String why = asked;
        if (why != null) {
            throw new AbortedException(why);
        }
        Optional<String> exceeded = guards.get();
        if (exceeded.isPresent()) {
            throw new AbortedException("guard " + exceeded.get());
        }
    }

    void pass(Duration time) throws AbortedException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        do {
            check();
            Thread.sleep(LOOK);
        } while (System.nanoTime() - end < 0);
    }

    interface Question {
        JsonNode ask() throws InterruptedException;
    }

    /** Asks until the answer will do; an election, or nodes that are away, count as not yet. @throws DrillFailedException it lasted longer than {@code limit} */
    JsonNode await(String what, Duration limit, Question question, Predicate<JsonNode> enough)
            throws AbortedException, DrillFailedException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        String last;
        do {
            check();
            try {
                JsonNode answer = question.ask();
                if (enough.test(answer)) {
                    return answer;
                }
                last = answer.toString();
            } catch (UnreachableException | RefusedException outage) {
                if (!ControlPlane.mayPass(outage)) {
                    throw outage;
                }
                last = String.valueOf(outage.getMessage());
            }
            Thread.sleep(LOOK);
        } while (System.nanoTime() - end < 0);
        throw new DrillFailedException("waited " + limit.toSeconds() + " s for " + what + "; last answer: "
                + (last.length() > 400 ? last.substring(0, 400) + " …" : last));
    }
}
