package io.meridian.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;

/**
 * What is done to the world, all of it drawn from the seed beforehand.
 *
 * @param seed also of everything that is not a step: delays, clock rates, the clients' requests
 */
public record History(long seed, List<Step> steps) {
    /** Everything is up and every shard is open by then. */
    static final long BEGINS_MILLIS = 8_000;

    static final long ENDS_MILLIS = 75_000;

    private static final long LONGEST_TRANSACTION_MILLIS = 25_000;

    private static final List<String> REGIONS = List.of("east", "west", "north");
    private static final List<String> FIVE_REGIONS = List.of("east", "west", "north", "south", "far");
    private static final List<String> ZONES = List.of("east-1", "east-2", "west-1", "north-1");
    /** In one of so many seeds stores refuse rows for a while: what then waits lengthens every other fault. */
    private static final int WITH_REFUSALS = 3;

    /** Histories with losses have seeds of their own, so that all others stay what they are. */
    static final long LOSSES_FROM = 1_000;

    /** From there on, in one of so many seeds regions are lost. */
    private static final int WITH_LOSSES = 4;
    /** Of those with losses, one of so many has five regions. */
    private static final int WITH_FIVE_REGIONS = 3;

    /** One of so many seeds has no faults: there a move must cost no request. */
    private static final int WITHOUT_FAULTS = 4;

    public History {
        steps = List.copyOf(steps);
    }

    public static History of(long seed) {
        var random = new SplittableRandom(seed).split();
        var steps = new ArrayList<Step>();
        moves(random, steps);
        if (seed % WITHOUT_FAULTS != 0) {
            faults(random, steps);
            if (seed % WITH_REFUSALS == 1) {
                refusals(random, steps);
            }
            if (losesRegions(seed)) {
                losses(random, steps, regions(seed));
            }
        }
        steps.sort(Comparator.comparingLong(Step::atMillis));
        var numbered = new ArrayList<Step>();
        for (Step step : steps) {
            numbered.add(new Step(
                    numbered.size(), step.atMillis(), step.kind(), step.where(), step.other(), step.lastsMillis()));
        }
        return new History(seed, numbered);
    }

    /** Seeds in which regions are lost. */
    public static boolean losesRegions(long seed) {
        return seed >= LOSSES_FROM && seed % WITH_LOSSES == 2;
    }

    /** Everything that was lost is back by then, everybody has said what he had to say, and no transaction goes on. */
    long endsMillis() {
        return losesRegions(seed)
                ? steps.stream()
                                .mapToLong(step -> step.atMillis() + step.lastsMillis())
                                .reduce(ENDS_MILLIS, Math::max)
                        + LONGEST_TRANSACTION_MILLIS
                : ENDS_MILLIS;
    }

    static List<String> regions(long seed) {
        return losesRegions(seed) && seed / WITH_LOSSES % WITH_FIVE_REGIONS == 1 ? FIVE_REGIONS : REGIONS;
    }

    /** One after the other, or, where five are there, at once; the second may fall into the first one's failover. */
    private static void losses(SplittableRandom random, List<Step> steps, List<String> regions) {
        steps.removeIf(step -> step.kind() != Step.Kind.MOVE && random.nextInt(3) > 0);
        if (regions.size() > REGIONS.size()) {
            steps.replaceAll(step -> step.kind() == Step.Kind.MOVE && random.nextInt(3) == 0
                    ? new Step(
                            0,
                            step.atMillis(),
                            Step.Kind.MOVE,
                            step.where(),
                            regions.get(REGIONS.size() + random.nextInt(regions.size() - REGIONS.size())) + "-1",
                            0)
                    : step);
        }
        int count = 1 + random.nextInt(2);
        long at = BEGINS_MILLIS + random.nextInt(20_000);
        for (int loss = 0; loss < count; loss++) {
            String region = regions.get(random.nextInt(regions.size()));
            long lasts = 8_000 + random.nextInt(22_000);
            loss(random, steps, region, at, lasts);
            boolean close = regions.size() > 3 || random.nextInt(4) == 0;
            at += close ? random.nextInt(20_000) : lasts + 5_000 + random.nextInt(10_000);
            if (at > ENDS_MILLIS - 5_000) {
                break;
            }
        }
    }

    private static void loss(SplittableRandom random, List<Step> steps, String region, long at, long lasts) {
        long begins = at + random.nextInt(400);
        boolean force = random.nextBoolean();
        switch (random.nextInt(5)) {
            case 0, 1 -> steps.add(new Step(0, begins, Step.Kind.LOSE_REGION, region, "", lasts));
            case 2 -> steps.add(new Step(0, begins, Step.Kind.ISOLATE, region, "", lasts));
            case 3 -> steps.add(new Step(0, begins, Step.Kind.PAUSE_AGENT, region, "", lasts));
            default -> force = true; // it is alive, and somebody says that it is not
        }
        if (random.nextInt(3) == 0) { // those who come back with an old view
            steps.add(new Step(0, begins + 100, Step.Kind.CRASH_AGENT, region, "" + (1 + random.nextInt(30)), lasts));
        }
        long says = begins + (force ? random.nextInt(4_000) : 0);
        steps.add(new Step(0, says, Step.Kind.FAILOVER, region, force ? "force" : "", 25_000));
    }

    private static void moves(SplittableRandom random, List<Step> steps) {
        long at = BEGINS_MILLIS;
        while (at < ENDS_MILLIS) {
            int first = random.nextInt(World.SHARDS);
            int last = Math.min(World.SHARDS - 1, first + random.nextInt(4));
            String shards = first == last ? "" + first : first + "-" + last;
            steps.add(new Step(0, at, Step.Kind.MOVE, shards, ZONES.get(random.nextInt(ZONES.size())), 0));
            if (random.nextInt(3) == 0) {
                steps.add(new Step(
                        0, at + random.nextInt(random.nextBoolean() ? 300 : 3_000), Step.Kind.CANCEL, "", "", 0));
            }
            at += 300 + random.nextInt(5_000);
        }
    }

    private static void faults(SplittableRandom random, List<Step> steps) {
        List<Step> moves = List.copyOf(steps);
        int count = 5 + random.nextInt(14);
        for (int fault = 0; fault < count; fault++) {
            fault(random, steps, at(random, moves));
        }
    }

    /** Drawn last, so that the other steps of a seed are what they are without them. */
    private static void refusals(SplittableRandom random, List<Step> steps) {
        List<Step> moves = List.copyOf(steps);
        for (int count = random.nextInt(4); count > 0; count--) {
            String region = REGIONS.get(random.nextInt(REGIONS.size()));
            steps.add(new Step(0, at(random, moves), Step.Kind.STORE_REFUSES, region, "", 200 + random.nextInt(8_000)));
        }
    }

    /** Every other one while something is being moved: there is most to break. */
    private static long at(SplittableRandom random, List<Step> moves) {
        return random.nextBoolean()
                ? moves.get(random.nextInt(moves.size())).atMillis() + random.nextInt(400)
                : BEGINS_MILLIS + random.nextLong(ENDS_MILLIS - BEGINS_MILLIS);
    }

    private static void fault(SplittableRandom random, List<Step> steps, long at) {
        int where = random.nextInt(REGIONS.size());
        String region = REGIONS.get(where);
        String other = REGIONS.get((where + 1) % REGIONS.size());
        boolean brief = random.nextBoolean();
        long lasts = brief ? 200 + random.nextInt(2_000) : 2_000 + random.nextInt(15_000);
        String lost = random.nextBoolean() ? "" : "" + (1 + random.nextInt(30));
        switch (random.nextInt(14)) {
            case 0, 1 -> steps.add(new Step(0, at, Step.Kind.CRASH_AGENT, region, lost, lasts));
            case 2, 3 -> steps.add(new Step(0, at, Step.Kind.PAUSE_AGENT, region, "", lasts));
            case 4 -> steps.add(new Step(0, at, Step.Kind.CRASH_ROUTER, region, lost, lasts));
            case 5 -> steps.add(new Step(0, at, Step.Kind.PAUSE_ROUTER, region, "", lasts));
            case 6, 7 -> steps.add(new Step(0, at, Step.Kind.CRASH_NODE, region, "", lasts));
            case 8 -> steps.add(new Step(0, at, Step.Kind.PAUSE_NODE, region, "", lasts));
            case 9 -> steps.add(new Step(0, at, Step.Kind.CUT_LINK, region, other, lasts));
            case 10 -> steps.add(new Step(0, at, Step.Kind.ISOLATE, region, "", lasts));
            case 11 -> { // a region in the dark: its agent, perhaps back with an old file, finds nobody to ask
                steps.add(new Step(0, at, Step.Kind.ISOLATE, region, "", 8_000 + lasts));
                steps.add(new Step(0, at, Step.Kind.CRASH_NODE, region, "", 8_000 + lasts));
                if (random.nextBoolean()) {
                    steps.add(new Step(0, at + 500, Step.Kind.CRASH_AGENT, region, lost, 1_000));
                }
            }
            case 12 -> steps.add(new Step(0, at, Step.Kind.RESTART_STORE, region, "", 0));
            default -> steps.add(new Step(0, at, Step.Kind.KAFKA_TROUBLE, region, "", lasts));
        }
    }

    /** Of the seed: a shortened history without faults still has commands that come twice. */
    public boolean faulty() {
        return seed % WITHOUT_FAULTS != 0;
    }

    public History only(IntPredicate numbers) {
        return new History(
                seed, steps.stream().filter(step -> numbers.test(step.number())).toList());
    }
}
