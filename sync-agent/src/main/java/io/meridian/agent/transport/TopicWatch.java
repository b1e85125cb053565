package io.meridian.agent.transport;

import io.meridian.agent.running.Running;
import io.meridian.agent.running.Work;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Sees that a topic was deleted while everything runs. A client would not: it waits for a topic that is gone, and goes on in one that was made anew, so
 * that capture would send into a topic whose beginning is missing.
 */
public final class TopicWatch implements Work {
    private static final Logger LOG = Logger.getLogger(TopicWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final OwnTopics topics;
    private final Runnable changed;

    /** @param changed makes whoever works with the topics begin again, and so look at them; must return at once */
    public TopicWatch(OwnTopics topics, Runnable changed) {
        this.topics = topics;
        this.changed = changed;
    }

    @Override
    public void run(Running running) throws Exception {
        topics.ready();
        running.well();
        while (running.wanted()) {
            pause(running);
            Map<String, String> found = topics.changed();
            if (!found.isEmpty()) {
                found.forEach(
                        (topic, what) -> LOG.errorf("topic is not the one that it was topic=%s what=%s", topic, what));
                changed.run();
                topics.ready();
            }
        }
    }

    private static void pause(Running running) {
        long end = System.nanoTime() + EVERY.toNanos();
        while (running.wanted() && System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
