package io.meridian.simulation;

/**
 * Something that is done to the world at a time. A history is made of nothing else, so it can be shortened by leaving some out.
 *
 * @param number in its history; kept when others are left out
 * @param where a region, or the shards of a move
 * @param other the other end of a link, the zone that shards move to, how many savings of its file are lost, or "force"
 */
public record Step(int number, long atMillis, Kind kind, String where, String other, long lastsMillis) {
    public enum Kind {
        MOVE,
        CANCEL,
        CRASH_AGENT,
        PAUSE_AGENT,
        CRASH_ROUTER,
        PAUSE_ROUTER,
        CRASH_NODE,
        PAUSE_NODE,
        CUT_LINK,
        ISOLATE,
        RESTART_STORE,
        KAFKA_TROUBLE,
        STORE_REFUSES,
        /** All of a region stands still: database, agent, router, node and network. */
        LOSE_REGION,
        /** A person says that a region is lost, again and again until it is taken for that. */
        FAILOVER
    }

    @Override
    public String toString() {
        String what = switch (kind) {
            case MOVE -> "move shards " + where + " to " + other;
            case CANCEL -> "cancel the newest run";
            case ISOLATE -> where + " is cut off from all others for " + lastsMillis + " ms";
            case CUT_LINK -> "link " + where + "-" + other + " down for " + lastsMillis + " ms";
            case CRASH_AGENT -> where + "'s agent crashes, back after " + lastsMillis + " ms" + filesLost();
            case CRASH_ROUTER -> where + "'s router crashes, back after " + lastsMillis + " ms" + filesLost();
            case CRASH_NODE -> where + "'s control-plane node crashes, back after " + lastsMillis + " ms";
            case PAUSE_AGENT -> where + "'s agent pauses for " + lastsMillis + " ms";
            case PAUSE_ROUTER -> where + "'s router pauses for " + lastsMillis + " ms";
            case PAUSE_NODE -> where + "'s control-plane node pauses for " + lastsMillis + " ms";
            case RESTART_STORE -> where + "'s database restarts";
            case KAFKA_TROUBLE -> "sends to " + where + "'s Kafka fail now and then for " + lastsMillis + " ms";
            case LOSE_REGION -> where + " is gone, back after " + lastsMillis + " ms";
            case FAILOVER -> "fail " + where + " over" + (other.isEmpty() ? "" : " by force");
            case STORE_REFUSES -> where + "'s database refuses rows of every other shard for " + lastsMillis + " ms";
        };
        return "%3d  %7.3f s  %s".formatted(number, atMillis / 1000.0, what);
    }

    private String filesLost() {
        return other.isEmpty() ? "" : " without the newest " + other + " savings of its view";
    }
}
