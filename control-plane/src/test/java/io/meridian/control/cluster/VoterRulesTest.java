package io.meridian.control.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.ProblemType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class VoterRulesTest {
    /** @param present names of voters; the first one leads, those with '!' do not answer */
    record Case(String behaviour, String present, VoterChange change, String then) {
        @Override
        public String toString() {
            return behaviour;
        }
    }

    static final List<Case> CASES = List.of(
            new Case("a second voter", "a", add("b"), "a b"),
            new Case("a fourth on the way to five", "a b c", add("d"), "a b c d"),
            new Case("a sixth", "a b c d e", add("f"), "VOTERS_CONFLICT"),
            new Case("asked again it is so", "a b", new VoterChange.Add("b", "b:1"), "already"),
            new Case("the same id elsewhere", "a b", new VoterChange.Add("b", "x:1"), "VOTERS_CONFLICT"),
            new Case("a bad id", "a", new VoterChange.Add("East 2", "x:1"), "INVALID_ARGUMENT"),
            new Case("a bad address", "a", new VoterChange.Add("b", "nowhere"), "INVALID_ARGUMENT"),
            new Case("an address that gRPC does not take", "a", new VoterChange.Add("b", "b_1:1"), "INVALID_ARGUMENT"),
            new Case("an address of three numbers", "a", new VoterChange.Add("b", "10.0.1:1"), "INVALID_ARGUMENT"),
            new Case("port 65536", "a", new VoterChange.Add("b", "b.example.org:65536"), "INVALID_ARGUMENT"),
            new Case("an IPv4 address", "a", new VoterChange.Add("b", "10.0.1.5:65535"), "a b"),
            new Case("an address that is taken", "a b", new VoterChange.Add("c", "b:1"), "VOTERS_CONFLICT"),
            new Case("remove one of three", "a b c", new VoterChange.Remove("c"), "a b"),
            new Case("remove a dead one of three", "a b !c", new VoterChange.Remove("c"), "a b"),
            new Case("remove a living one beside a dead one", "a b !c", new VoterChange.Remove("b"), "VOTERS_CONFLICT"),
            new Case("remove the leader", "a b c", new VoterChange.Remove("a"), "VOTERS_CONFLICT"),
            new Case("remove the last one", "a", new VoterChange.Remove("a"), "VOTERS_CONFLICT"),
            new Case("remove a stranger", "a b", new VoterChange.Remove("x"), "UNKNOWN_VOTER"),
            new Case("without a majority nothing", "a !b !c", new VoterChange.Remove("c"), "NOT_READY"),
            new Case("replace a dead one at its own address", "a b !c", replace("c", "c-2", "c:1"), "a b c-2"),
            new Case("replace by the id that was lost", "a b !c", replace("c", "c", "c:1"), "VOTERS_CONFLICT"),
            new Case("replace the only one", "a", replace("a", "a-2", "x:1"), "VOTERS_CONFLICT"),
            new Case("replaced already", "a b c-2", replace("c", "c-2", "c-2:1"), "already"),
            new Case("two of five are dead, one is replaced", "a b c !d !e", replace("d", "f", "f:1"), "a b c e f"),
            new Case(
                    "two of five are dead, a third is removed",
                    "a b c !d !e",
                    new VoterChange.Remove("b"),
                    "VOTERS_CONFLICT"));

    private static VoterChange add(String id) {
        return new VoterChange.Add(id, id + ":1");
    }

    private static VoterChange replace(String old, String id, String address) {
        return new VoterChange.Replace(old, id, address);
    }

    @ParameterizedTest
    @FieldSource("CASES")
    void changingTheVoters(Case c) {
        String then = switch (VoterRules.decide(seen(c.present()), c.change())) {
            case VoterRules.Verdict.Next next -> String.join(" ", next.voters().keySet());
            case VoterRules.Verdict.AlreadySo _ -> "already";
            case VoterRules.Verdict.No no -> no.why().type().name();
        };

        assertThat(then).isEqualTo(c.then());
    }

    @ParameterizedTest
    @FieldSource("LEADERS")
    void givingLeadership(Case c) {
        Optional<ProblemType> refusal = VoterRules.refusalToLead(
                        seen(c.present()), ((VoterChange.Remove) c.change()).id())
                .map(problem -> problem.type());

        assertThat(refusal.map(ProblemType::name).orElse("let")).isEqualTo(c.then());
    }

    static final List<Case> LEADERS = List.of(
            new Case("to one that answers", "a b c", new VoterChange.Remove("b"), "let"),
            new Case("to one that does not", "a b !c", new VoterChange.Remove("c"), "VOTERS_CONFLICT"),
            new Case("to a stranger", "a b", new VoterChange.Remove("x"), "UNKNOWN_VOTER"));

    private static List<VoterRules.Seen> seen(String names) {
        var all = new ArrayList<VoterRules.Seen>();
        for (String name : names.split(" ", -1)) {
            String id = name.replace("!", "");
            all.add(new VoterRules.Seen(id, id + ":1", !name.startsWith("!"), all.isEmpty()));
        }
        return all;
    }
}
