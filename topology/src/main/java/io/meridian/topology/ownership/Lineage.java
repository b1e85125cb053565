package io.meridian.topology.ownership;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The grants of one shard, each building on an earlier one. Whether a record is history follows from the chain of bases alone, never
 * from when a region heard of a close: deciding by that diverges for ever.
 *
 * <p>A grant that was never opened has no history and lies in no chain: the next one builds on the base that it had.
 *
 * @see "PROTOCOL 3"
 */
public final class Lineage {
    private final NavigableMap<Epoch, Ownership.Grant> grants;
    private final boolean complete;

    private Lineage(NavigableMap<Epoch, Ownership.Grant> grants, boolean complete) {
        this.grants = grants;
        this.complete = complete;
    }

    /** What a record is to an epoch. */
    public sealed interface Standing {
        record History() implements Standing {}

        /** @param reason for people */
        record Outside(String reason) implements Standing {}

        /** The chain of bases leads to an epoch whose grant is not known here. */
        record Unknown(Epoch missing) implements Standing {}
    }

    /**
     * @param grants of one shard, in any order
     * @throws IllegalStateException they are of several shards, or one builds on an epoch that is not among the earlier ones
     */
    public static Lineage of(Collection<Ownership.Grant> grants) {
        NavigableMap<Epoch, Ownership.Grant> sorted = sorted(grants);
        for (Ownership.Grant grant : sorted.values()) {
            if (grant.base() instanceof Base.At base
                    && (!sorted.containsKey(base.epoch()) || !grant.epoch().isAbove(base.epoch()))) {
                throw new IllegalStateException("builds on an epoch that is not known before it: " + grant);
            }
        }
        return new Lineage(sorted, true);
    }

    /**
     * Of a store that did not hear of every grant: what it cannot tell is {@link Standing.Unknown}.
     *
     * @throws IllegalStateException they are of several shards
     */
    public static Lineage ofKnown(Collection<Ownership.Grant> grants) {
        return new Lineage(sorted(grants), false);
    }

    private static NavigableMap<Epoch, Ownership.Grant> sorted(Collection<Ownership.Grant> grants) {
        var sorted = new TreeMap<Epoch, Ownership.Grant>();
        for (Ownership.Grant grant : grants) {
            Ownership.Grant other = sorted.put(grant.epoch(), grant);
            if (other != null || !sorted.firstEntry().getValue().shard().equals(grant.shard())) {
                throw new IllegalStateException("not the grants of one shard: " + grants);
            }
        }
        return sorted;
    }

    /** In any order of epochs, if it does not know all of them. Immutable grants come again without effect. */
    public Lineage learned(Ownership.Grant grant) {
        Ownership.Grant known = grants.get(grant.epoch());
        if (grant.equals(known)) {
            return this;
        }
        if (known != null || complete) {
            throw new IllegalStateException("epoch " + grant.epoch() + " is known as " + known + ", not as " + grant);
        }
        var more = new TreeMap<>(grants);
        more.put(grant.epoch(), grant);
        return ofKnown(more.values());
    }

    /** The bases from epoch {@code of} down, as far as they are known, the newest first. */
    public List<Base.At> chain(Epoch of) {
        List<Base.At> chain = new ArrayList<>();
        Ownership.Grant at = grants.get(of);
        while (at != null && at.base() instanceof Base.At base) {
            chain.add(base);
            at = grants.get(base.epoch());
        }
        return chain;
    }

    /** The same lineage with one more grant, above all it has. */
    public Lineage with(Ownership.Grant next) {
        if (!grants.isEmpty() && !next.epoch().isAbove(grants.lastKey())) {
            throw new IllegalStateException("not above epoch " + grants.lastKey() + ": " + next);
        }
        var more = new TreeMap<>(grants);
        more.put(next.epoch(), next);
        return of(more.values());
    }

    /** Whether the record at ({@code epoch}, {@code position}) is history of epoch {@code of}: it lies on the chain of bases from there. */
    public Standing standing(Epoch epoch, Position position, Epoch of) {
        if (epoch.equals(of) && (grants.containsKey(of) || !complete)) {
            return new Standing.History();
        }
        Ownership.Grant at = grants.get(of);
        if (at == null) {
            return complete ? new Standing.Outside("epoch " + of + " has no grant") : new Standing.Unknown(of);
        }
        while (at.base() instanceof Base.At base && base.epoch().compareTo(epoch) >= 0) {
            if (base.epoch().equals(epoch)) {
                return upTo(base, position);
            }
            at = grants.get(base.epoch());
            if (at == null) {
                return new Standing.Unknown(base.epoch());
            }
        }
        return new Standing.Outside("epoch " + epoch + " is not on the chain of bases of epoch " + of);
    }

    private static Standing upTo(Base.At base, Position position) {
        if (!position.incarnation().equals(base.position().incarnation())) {
            return new Standing.Outside("it is of another incarnation of " + base.region() + " than the base "
                    + base.position() + " that ends epoch " + base.epoch());
        }
        return position.compareTo(base.position()) <= 0
                ? new Standing.History()
                : new Standing.Outside(
                        "it lies behind the base " + base.position() + " that ends epoch " + base.epoch());
    }
}
