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

    private static final List<String> REGIONS = List.of("east", "west", "north");
    private static final List<String> ZONES = List.of("east-1", "east-2", "west-1", "north-1");
    /** In one of so many seeds stores refuse rows for a while: what then waits lengthens every other fault. */
    private static final int WITH_REFUSALS = 3;

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
        }
        steps.sort(Comparator.comparingLong(Step::atMillis));
        var numbered = new ArrayList<Step>();
        for (Step step : steps) {
            numbered.add(new Step(
                    numbered.size(), step.atMillis(), step.kind(), step.where(), step.other(), step.lastsMillis()));
        }
        return new History(seed, numbered);
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
