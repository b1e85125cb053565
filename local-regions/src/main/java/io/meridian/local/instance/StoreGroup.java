package io.meridian.local.instance;

/**
 * One of an instance's store groups: in each region a database of the one PostgreSQL server, and an agent process.
 *
 * @param index 0: the first, which an instance with one group has too, so its names have no suffix
 * @param lastShard the groups share all shards in equal ranges
 */
public record StoreGroup(int index, String name, int firstShard, int lastShard) {
    public static final String FIRST = "main";
    /** So many agents have ports in the plan. */
    public static final int MOST = 4;

    static StoreGroup of(int index, int count, int shards) {
        int size = shards / count;
        int first = index * size;
        String name = index == 0 ? FIRST : FIRST + (index + 1);
        return new StoreGroup(index, name, first, index == count - 1 ? shards - 1 : first + size - 1);
    }

    public String database() {
        return index == 0 ? "ledger" : "ledger_" + name;
    }

    /** Of its agent: folder, and behind the region the process's name. */
    public String agent() {
        return index == 0 ? "sync-agent" : "sync-agent-" + name;
    }

    public String range() {
        return firstShard + "-" + lastShard;
    }
}
