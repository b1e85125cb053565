package io.meridian.drill.scenario;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A drill as it is written down. {@link ScenarioReader} reads it, {@link Catalogue} has those that come with Meridian.
 *
 * @param duration how long it stays so: a region lost after the others took over, a region empty, a link in trouble
 * @param text the document that it was read from
 */
public record Scenario(
        String name,
        String explanation,
        Act act,
        Duration duration,
        Probe probe,
        Guards guards,
        Targets targets,
        String text) {

    /**
     * Which shards are written to, and how often.
     *
     * @param sample shards that are written to through every living edge, once per {@code every}: their outages are known to that
     * @param othersPerSecond writes to all other shards, one after the other: they tell of loss, not of outages
     */
    public record Probe(int sample, Duration every, int othersPerSecond) {
        static final Probe USUAL = new Probe(24, Duration.ofSeconds(1), 16);
    }

    /**
     * Whatever exceeds one of these ends the drill and undoes it. Empty: not guarded.
     *
     * @param failedRequests share of the requests of the last ten seconds
     * @param unavailableShards share of the sampled shards that no edge served for five seconds
     * @param linkLag of any link, without those of a region that is lost on purpose
     */
    public record Guards(OptionalDouble failedRequests, OptionalDouble unavailableShards, Optional<Duration> linkLag) {}

    /**
     * What is good enough. Empty: not judged. That no acknowledged write is lost silently or doubled is a target of every drill.
     *
     * @param rto longest outage of any sampled shard through any living edge
     * @param rpoRows rows that the failover left behind until the region came back
     * @param failedRequests through living edges
     */
    public record Targets(Optional<Duration> rto, Optional<Long> rpoRows, Optional<Long> failedRequests) {}

    public Scenario about(Act other) {
        return new Scenario(name, explanation, other, duration, probe, guards, targets, text);
    }
}
