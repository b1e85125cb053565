package io.meridian.simulation.control;

import io.meridian.control.clock.Standing;
import java.time.Duration;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What {@code LeaderClock} does with {@link Standing}, while this node leads: counts by its own clock, from its own election at the earliest. */
final class NodeClock {
    private static final Duration TICK = Duration.ofMillis(100);

    private final ControlNode node;
    private final ControlLog log;
    private final SortedMap<String, Long> sinceMicros = new TreeMap<>();
    private final SortedSet<String> fired = new TreeSet<>();
    private final SortedSet<String> asked = new TreeSet<>();
    private long ledInTerm;

    NodeClock(ControlNode node, ControlLog log) {
        this.node = node;
        this.log = log;
    }

    void start() {
        forget();
        node.machine().every(TICK, this::tick);
    }

    private void forget() {
        sinceMicros.clear();
        fired.clear();
        asked.clear();
    }

    private void tick() {
        if (!log.leads(node.region())) {
            forget();
            return;
        }
        if (ledInTerm != log.term()) {
            ledInTerm = log.term();
            forget();
        }
        var standing = new TreeSet<String>();
        for (Standing each : Standing.of(node.replica(), node.now())) {
            standing.add(each.what());
            long since =
                    sinceMicros.computeIfAbsent(each.what(), _ -> node.machine().clockMicros());
            boolean over = node.machine().clockMicros() - since
                    >= log.rules().limit(each).toNanos() / 1_000;
            if (over && each.then().isPresent() && !fired.contains(each.what()) && asked.add(each.what())) {
                log.submit(node.region(), each.then().get(), outcome -> {
                    asked.remove(each.what());
                    if (outcome instanceof Outcome.Committed) {
                        fired.add(each.what());
                    }
                });
            }
        }
        sinceMicros.keySet().retainAll(standing);
        fired.retainAll(standing);
    }
}
