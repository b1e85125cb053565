package io.meridian.router.weights;

import io.meridian.topology.Topology;

/** What the share of a zone becomes after a window. Pure. */
final class ZoneShare {
    /** Fewer prove nothing: one failure of three would be a third. */
    static final long JUDGED_FROM = 20;

    private ZoneShare() {}

    /**
     * Answers of one window, of all Envoys together.
     *
     * @param failed answers 5xx, connections that failed, streams that broke
     */
    record Answers(long good, long failed) {
        static final Answers NONE = new Answers(0, 0);

        Answers and(long moreGood, long moreFailed) {
            return new Answers(good + moreGood, failed + moreFailed);
        }

        long all() {
            return good + failed;
        }
    }

    /**
     * Half as much after a window with too many failures, never less than the floor; twice as much after one without, up to all. A window
     * with too few answers to judge changes nothing, but one without a single failure is as good as any: else a zone that gets little would never
     * get more.
     */
    static double next(double share, Answers answers, Topology.WeightCut rule) {
        boolean tooMany = answers.failed() * 100 > answers.all() * rule.errorPercent();
        if (tooMany) {
            return answers.all() < JUDGED_FROM
                    ? share
                    : Math.min(share, Math.max(rule.floorPercent() / 100.0, share / 2));
        }
        return Math.min(1, share * 2);
    }
}
