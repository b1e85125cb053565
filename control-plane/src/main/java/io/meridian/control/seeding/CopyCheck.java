package io.meridian.control.seeding;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.repair.RepairDecider;
import io.meridian.control.seeding.ShardSeeding.Phase;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.verify.Verification;
import io.meridian.control.verify.Verification.Difference;
import io.meridian.control.verify.VerificationDecider;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Are the copies that were made equal to their owners'? By the verification that everybody uses; of what it finds, only these two regions' word counts,
 * for another one's copy may be broken, too. Rows that differ are repaired, and what is not equal is compared again.
 */
public final class CopyCheck {
    /** After this a comparison that did not find equal copies is made again. */
    public static final Duration AGAIN = Duration.ofSeconds(5);

    /** A shard that is written all the time may be found unequal by chance; one that was found so this often, is. */
    static final int UNEQUAL_LIMIT = 10;

    private CopyCheck() {}

    static List<Event> next(ControlState state, Seeding seeding, Instant now) {
        Seeding.Check check = seeding.check();
        if (!check.problem().isEmpty()) {
            return List.of();
        }
        if (!check.repair().isEmpty()) {
            boolean runs = state.repairs()
                    .running()
                    .filter(repair -> repair.id().equals(check.repair()))
                    .isPresent();
            return runs ? List.of() : SeedingSteps.changed(seeding.checked(check.again()));
        }
        if (check.verification().isEmpty()) {
            return state.runningVerification().isPresent() ? List.of() : verify(state, seeding, now);
        }
        Optional<Verification> found = state.verification(check.verification());
        if (found.filter(Verification::running).isPresent()) {
            return List.of();
        }
        return found.filter(made -> made.phase() instanceof Verification.Phase.Done)
                .map(made -> judged(state, seeding, made, now))
                .orElseGet(() -> SeedingSteps.changed(seeding.checked(check.notMade("verification "
                        + check.verification() + " "
                        + found.map(made -> "failed: " + made.problem()).orElse("is forgotten")
                        + "; the copies are compared again every few seconds"))));
    }

    private static List<Event> verify(ControlState state, Seeding seeding, Instant now) {
        var asked = new Command.StartVerification("", now, ShardSet.write(seeding.in(Phase.COPIED)), List.of(), true);
        return switch (VerificationDecider.start(state, asked)) {
            case Answer.Yes yes -> {
                var events = new ArrayList<Event>(yes.events());
                events.add(
                        new Event.SeedingChanged(seeding.checked(seeding.check().by(yes.subject()))));
                yield events;
            }
            case Answer.No no ->
                SeedingSteps.changed(
                        seeding.checked(seeding.check().notMade(no.why().detail())));
        };
    }

    private static List<Event> judged(ControlState state, Seeding seeding, Verification made, Instant now) {
        var unequal = new TreeSet<ShardId>();
        boolean rows = false;
        for (Difference difference : made.differences()) {
            RegionId owner = state.shard(difference.shard()).region();
            if (seeding.shard(difference.shard()).isPresent() && !equal(difference, owner, seeding.region())) {
                unequal.add(difference.shard());
                rows |= !difference.rows().isEmpty();
            }
        }
        var equal = new TreeSet<ShardId>(seeding.in(Phase.COPIED));
        equal.removeAll(unequal);
        Seeding next = seeding.wholeNow(equal);
        var events = new ArrayList<Event>();
        if (!equal.isEmpty()) {
            events.add(new Event.CopiesChanged(seeding.region(), List.copyOf(equal), true));
        }
        if (!unequal.isEmpty() && next.check().unequal() + 1 >= UNEQUAL_LIMIT) {
            var given = new HashMap<ShardId, ShardSeeding>();
            unequal.forEach(shard -> next.shard(shard)
                    .ifPresent(one -> given.put(
                            shard,
                            one.givenUp("its copy is not equal to its owner's, " + UNEQUAL_LIMIT
                                    + " times in a row: ./meridian verify --rows --shards " + shard))));
            events.add(new Event.SeedingChanged(next.with(given).checked(Seeding.Check.none())));
            return events;
        }
        if (unequal.isEmpty()) {
            events.add(new Event.SeedingChanged(next.checked(Seeding.Check.none())));
            return events;
        }
        if (rows && state.repairs().running().isPresent()) {
            return List.of(); // its own turn comes
        }
        Seeding.Check found = next.check()
                .found("verification " + made.id() + " found that shards " + ShardSet.write(unequal)
                        + " differ; they are compared again");
        if (rows
                && RepairDecider.start(state, seeding.by(), new Command.StartRepair("", now, made.id(), "", List.of()))
                        instanceof Answer.Yes repair) {
            events.addAll(repair.events());
            found = found.repairedBy(repair.subject());
        }
        events.add(new Event.SeedingChanged(next.checked(found)));
        return events;
    }

    /** By their rows, where those were compared: a hash of a shard that is being written differs for as long as its last write travels. */
    private static boolean equal(Difference difference, RegionId owner, RegionId copy) {
        if (difference.regions().get(owner) instanceof Verification.Hash hash
                && hash.equals(difference.regions().get(copy))) {
            return true;
        }
        return difference.rowsKnown()
                && !difference.moreRows()
                && difference.rows().stream().allMatch(row -> {
                    String there = row.hashes().getOrDefault(owner, "");
                    return there.equals(row.hashes().getOrDefault(copy, ""));
                });
    }

    /** A while after a comparison that did not find equal copies. */
    public static List<Event> again(ControlState state, Command.CheckSeeding asked) {
        return state.seedings()
                .find(asked.seeding())
                .filter(Seeding::running)
                .filter(seeding -> !seeding.check().problem().isEmpty()
                        && seeding.check().verification().equals(asked.verification()))
                .map(seeding ->
                        SeedingSteps.changed(seeding.checked(seeding.check().again())))
                .orElse(List.of());
    }

    /** Whether whole copies agree, whatever those have that are being made. */
    public static boolean wholeOnesAgree(Seedings seedings, Difference difference) {
        return difference.regions().entrySet().stream()
                        .filter(each -> !seedings.unfit(each.getKey()).contains(difference.shard()))
                        .map(each -> each.getValue())
                        .distinct()
                        .count()
                <= 1;
    }
}
