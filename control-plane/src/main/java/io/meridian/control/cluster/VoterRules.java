package io.meridian.control.cluster;

import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Which change of the voters is let through. What these rules cannot know (is another one under way?) the log itself refuses. */
public final class VoterRules {
    public static final int VOTERS_LIMIT = 5;

    private static final Pattern ID = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** What gRPC takes for host and port. The log's leader can do nothing any more once it is given another: it fails at each attempt to call it. */
    private static final Pattern ADDRESS =
            Pattern.compile("(" + "(25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})){3}"
                    + "|([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.){0,8}[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)"
                    + ":(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})");

    private VoterRules() {}

    /** @param answers whether it told how it is when it was asked just now */
    public record Seen(String id, String address, boolean answers, boolean leads) {}

    public sealed interface Verdict {
        /** @param voters all of them afterwards: address by id */
        record Next(SortedMap<String, String> voters) implements Verdict {}

        /** It is so already. */
        record AlreadySo() implements Verdict {}

        record No(Problem why) implements Verdict {}
    }

    public static Verdict decide(List<Seen> present, VoterChange change) {
        var next = new TreeMap<String, String>();
        present.forEach(voter -> next.put(voter.id(), voter.address()));
        return switch (change) {
            case VoterChange.Add add -> {
                if (add.address().equals(next.get(add.id()))) {
                    yield new Verdict.AlreadySo();
                }
                next.put(add.id(), add.address());
                yield refusalOfNew(present, add.id(), add.address())
                        .<Verdict>map(Verdict.No::new)
                        .orElseGet(() -> judged(present, next, add.id()));
            }
            case VoterChange.Remove remove -> {
                if (!next.containsKey(remove.id())) {
                    yield unknown(remove.id(), present);
                }
                next.remove(remove.id());
                yield refusalOfOld(present, remove.id())
                        .<Verdict>map(Verdict.No::new)
                        .orElseGet(() -> judged(present, next, ""));
            }
            case VoterChange.Replace replace -> {
                if (replace.address().equals(next.get(replace.id())) && !next.containsKey(replace.old())) {
                    yield new Verdict.AlreadySo();
                }
                if (!next.containsKey(replace.old())) {
                    yield unknown(replace.old(), present);
                }
                next.remove(replace.old());
                next.put(replace.id(), replace.address());
                yield refusalOfNew(present, replace.id(), replace.address())
                        .or(() -> refusalOfOld(present, replace.old()))
                        .or(() -> onlyOne(present, replace))
                        .<Verdict>map(Verdict.No::new)
                        .orElseGet(() -> judged(present, next, replace.id()));
            }
        };
    }

    /** @return why {@code id} is not to lead now; empty: let it */
    public static Optional<Problem> refusalToLead(List<Seen> present, String id) {
        return switch (find(present, id).orElse(null)) {
            case null -> Optional.of(notAVoter(id, present));
            case Seen voter
            when !voter.answers() -> problem("voter " + id + " does not answer; leadership stays until it does");
            case Seen _ -> Optional.empty();
        };
    }

    private static Optional<Problem> refusalOfNew(List<Seen> present, String id, String address) {
        if (!ID.matcher(id).matches()) {
            return Optional.of(Problem.of(
                    ProblemType.INVALID_ARGUMENT,
                    "'" + id + "' is no name for a voter: lower-case letters, digits and dashes, as in east-2"));
        }
        if (!ADDRESS.matcher(address).matches()) {
            return Optional.of(Problem.of(
                    ProblemType.INVALID_ARGUMENT,
                    "'" + address + "' is not a host's name or IPv4 address and a port, as in 10.0.1.5:21012"));
        }
        if (find(present, id).isPresent()) {
            return problem("voter " + id + " is there already, at "
                    + find(present, id).get().address()
                    + "; a node that lost its disk needs an id that was never used, such as " + id + "-2");
        }
        return present.stream()
                .filter(voter -> voter.address().equals(address) && voter.answers())
                .findFirst()
                .flatMap(voter ->
                        problem("voter " + voter.id() + " answers at " + address + "; a new one needs its own"));
    }

    private static Optional<Problem> refusalOfOld(List<Seen> present, String id) {
        return find(present, id).filter(Seen::leads).isPresent()
                ? problem("voter " + id + " leads; give leadership to another one first")
                : Optional.empty();
    }

    private static Optional<Problem> onlyOne(List<Seen> present, VoterChange.Replace replace) {
        return present.size() == 1
                ? problem(replace.old() + " is the only voter and all that is known: add " + replace.id()
                        + ", let it lead, then remove " + replace.old())
                : Optional.empty();
    }

    /** @param added the log lets it in only once it has caught up, so it counts as answering; empty: none */
    private static Verdict judged(List<Seen> present, SortedMap<String, String> next, String added) {
        if (next.isEmpty()) {
            return new Verdict.No(conflict("this is the only voter; a control plane without one forgets everything"));
        }
        if (next.size() > VOTERS_LIMIT) {
            return new Verdict.No(conflict("there would be " + next.size() + " voters, at most " + VOTERS_LIMIT
                    + " make sense: each write waits for a majority; remove one first"));
        }
        List<String> answering =
                present.stream().filter(Seen::answers).map(Seen::id).toList();
        if (answering.size() < majority(present.size())) {
            return new Verdict.No(new Problem(
                    ProblemType.NOT_READY,
                    "only " + answering + " of " + present.size() + " voters answer, and a change needs "
                            + majority(present.size()) + "; bring one back",
                    Map.of(),
                    List.of()));
        }
        long then = next.keySet().stream()
                .filter(id -> answering.contains(id) || id.equals(added))
                .count();
        if (then < majority(next.size())) {
            return new Verdict.No(conflict("of " + next.keySet() + " only " + then + " would answer, and "
                    + majority(next.size()) + " have to; remove or replace those that do not answer instead"));
        }
        return new Verdict.Next(next);
    }

    static int majority(int voters) {
        return voters / 2 + 1;
    }

    private static Optional<Seen> find(List<Seen> present, String id) {
        return present.stream().filter(voter -> voter.id().equals(id)).findFirst();
    }

    private static Verdict unknown(String id, List<Seen> present) {
        return new Verdict.No(notAVoter(id, present));
    }

    private static Problem notAVoter(String id, List<Seen> present) {
        return Problem.of(
                ProblemType.UNKNOWN_VOTER,
                "'" + id + "' is no voter; there are "
                        + present.stream().map(Seen::id).sorted().toList());
    }

    private static Optional<Problem> problem(String detail) {
        return Optional.of(conflict(detail));
    }

    private static Problem conflict(String detail) {
        return Problem.of(ProblemType.VOTERS_CONFLICT, detail);
    }
}
