package io.meridian.control.cluster;

/** One change of who votes. */
public sealed interface VoterChange {
    /** @param address host:port of its Raft listener, as the present leader reaches it */
    record Add(String id, String address) implements VoterChange {}

    record Remove(String id) implements VoterChange {}

    /** In one step, so that the number of voters stays: a node that lost its disk comes back as {@code id}. */
    record Replace(String old, String id, String address) implements VoterChange {}

    default String words() {
        return switch (this) {
            case Add add -> "add voter " + add.id() + " at " + add.address();
            case Remove remove -> "remove voter " + remove.id();
            case Replace replace ->
                "replace voter " + replace.old() + " by " + replace.id() + " at " + replace.address();
        };
    }
}
