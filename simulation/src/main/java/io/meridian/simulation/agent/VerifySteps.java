package io.meridian.simulation.agent;

import io.meridian.agent.hashing.VerificationTaken;
import io.meridian.agent.verify.ShardHash;
import io.meridian.agent.verify.VerificationWanted;
import io.meridian.topology.ShardId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code SnapshotHasher}, as far as verifications ask it: all shards of a round from one snapshot. */
final class VerifySteps {
    private final Site site;
    private final SimAgent agent;
    private Optional<VerificationTaken> taken = Optional.empty();
    private String begun = "";

    VerifySteps(Site site, SimAgent agent) {
        this.site = site;
        this.agent = agent;
    }

    Optional<VerificationTaken> taken() {
        return taken;
    }

    void look() {
        agent.desired().verification().ifPresent(wanted -> {
            String round = wanted.id() + "#" + wanted.round();
            if (!round.equals(begun)) {
                begun = round;
                site.machine().afterMicros(site.scheduler().delay(5_000, 200_000), () -> take(wanted));
            }
        });
    }

    private void take(VerificationWanted wanted) {
        Map<ShardId, ShardHash> hashes = new TreeMap<>();
        for (ShardId shard : wanted.shards()) {
            var rows = site.store().rowsOf(shard);
            hashes.put(shard, new ShardHash(rows.size(), "%064x".formatted(rows.hashCode() & 0xFFFF_FFFFL)));
        }
        taken = Optional.of(
                new VerificationTaken(wanted.id(), wanted.round(), new VerificationTaken.Content.Shards(hashes)));
        agent.reporter().wake();
    }
}
