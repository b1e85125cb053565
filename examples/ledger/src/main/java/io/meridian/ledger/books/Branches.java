package io.meridian.ledger.books;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32;

/**
 * In which books a user's accounts are: one database for each range of shards. A user's shard is the one that the edge computes: crc32 of the key's
 * UTF-8 bytes mod N. Choosing wrongly would do no harm: a database refuses the shards of others.
 *
 * @param shards N, a power of two
 * @param branches together they have every shard, each once
 */
public record Branches(int shards, List<Branch> branches) {
    /** @param first and {@code last}: shards whose users are in these books */
    public record Branch(int first, int last, Books books) {}

    public Branches {
        branches =
                branches.stream().sorted(Comparator.comparingInt(Branch::first)).toList();
        int next = 0;
        for (Branch branch : branches) {
            if (branch.first() != next || branch.last() < next) {
                throw new IllegalStateException("shard " + next + " is in no branch, or in two: " + branches);
            }
            next = branch.last() + 1;
        }
        if (next != shards) {
            throw new IllegalStateException("the branches have " + next + " shards, not " + shards);
        }
    }

    /** All users in one. */
    public static Branches one(Books books) {
        return new Branches(1, List.of(new Branch(0, 0, books)));
    }

    public Books of(String user) {
        int shard = shardOf(user);
        return branches.stream()
                .filter(branch -> shard <= branch.last())
                .findFirst()
                .orElseThrow()
                .books();
    }

    int shardOf(String user) {
        var crc = new CRC32();
        crc.update(user.getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() & (shards - 1));
    }

    /** Those whose store does not answer. */
    public List<Branch> silent() {
        return branches.stream().filter(branch -> !branch.books().answers()).toList();
    }
}
