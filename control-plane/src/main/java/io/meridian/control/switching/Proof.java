package io.meridian.control.switching;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.Optional;

/**
 * What is known of one shard's change of owner, collected while the run goes on and after.
 *
 * @param close what the new grant builds on
 * @param before the old owner's rows, between CLOSE and the first write of the new epoch
 * @param after the new owner's rows, between the base and OPEN
 * @param cut the new grant builds on less than all that the old owner had, or may have had
 */
public record Proof(
        ShardId shard,
        ZoneId from,
        RegionId fromRegion,
        ZoneId to,
        RegionId toRegion,
        Epoch closed,
        Epoch opened,
        Optional<Base> close,
        Optional<Position> openedAt,
        Optional<HashTaken> before,
        Optional<HashTaken> after,
        boolean cut) {

    /**
     * @param hash hex SHA-256 over the rows in primary-key order; empty: not taken
     * @param problem why it was not taken
     */
    public record HashTaken(long rows, String hash, String problem) {
        public boolean taken() {
            return !hash.isEmpty();
        }
    }

    static Proof begun(Plan.ShardMove move, Plan plan) {
        return new Proof(
                move.shard(),
                move.from(),
                move.fromRegion(),
                plan.target(move).zone(),
                plan.target(move).region(),
                move.epoch(),
                move.epoch().next().next(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /** Of a shard that a lost region owned. @param cut {@code base} is not known to be where that ended */
    public static Proof survived(Plan.ShardMove move, Plan plan, Base base, boolean cut) {
        Proof begun = begun(move, plan);
        return new Proof(
                begun.shard,
                begun.from,
                begun.fromRegion,
                begun.to,
                begun.toRegion,
                begun.closed,
                begun.opened,
                Optional.of(base),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                cut);
    }

    /** It came there instead. */
    Proof to(Plan.Target target) {
        return new Proof(
                shard,
                from,
                fromRegion,
                target.zone(),
                target.region(),
                closed,
                opened,
                close,
                openedAt,
                before,
                after,
                cut);
    }

    /** What was withdrawn is its old owner's again. */
    public boolean returned() {
        return fromRegion.equals(toRegion);
    }

    Proof closedBy(Base base) {
        return new Proof(
                shard, from, fromRegion, to, toRegion, closed, opened, Optional.of(base), openedAt, before, after, cut);
    }

    Proof openedAt(Position position) {
        return new Proof(
                shard,
                from,
                fromRegion,
                to,
                toRegion,
                closed,
                opened,
                close,
                Optional.of(position),
                before,
                after,
                cut);
    }

    Proof before(HashTaken hash) {
        return new Proof(
                shard, from, fromRegion, to, toRegion, closed, opened, close, openedAt, Optional.of(hash), after, cut);
    }

    Proof after(HashTaken hash) {
        return new Proof(
                shard, from, fromRegion, to, toRegion, closed, opened, close, openedAt, before, Optional.of(hash), cut);
    }

    /** All that a certificate can say of this shard is there. Of a cut no hash proves anything; else one that was not taken is tried again by its agent, so it is waited for. */
    boolean complete() {
        return openedAt.isPresent() && (cut || (taken(before) && taken(after)));
    }

    private static boolean taken(Optional<HashTaken> hash) {
        return hash.filter(HashTaken::taken).isPresent();
    }

    public boolean equal() {
        return taken(before)
                && taken(after)
                && before.get().hash().equals(after.get().hash())
                && before.get().rows() == after.get().rows();
    }
}
