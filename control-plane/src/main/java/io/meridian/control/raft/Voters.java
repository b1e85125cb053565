package io.meridian.control.raft;

import io.meridian.control.cluster.VoterChange;
import io.meridian.control.cluster.VoterRules;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.retry.RetryPolicies;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Who votes and how each one is; changes of it, one at a time. A new voter votes only once it has caught up. */
public final class Voters {
    private static final Logger LOG = Logger.getLogger(Voters.class);
    /** For a voter to say how it is. */
    private static final Duration ASK_LIMIT = Duration.ofSeconds(2);
    /** For a new voter to catch up, by snapshot if need be, and for the log to let it in. */
    private static final Duration CHANGE_LIMIT = Duration.ofSeconds(30);

    private static final Duration LEAD_LIMIT = Duration.ofSeconds(5);

    private final RaftNode node;

    Voters(RaftNode node) {
        this.node = node;
    }

    /** @param report absent: it did not answer in time */
    public record Voter(String id, String address, Optional<VoterReport> report) {
        boolean leads() {
            return report.filter(said -> said.role().equals("LEADER")).isPresent();
        }

        VoterRules.Seen seen() {
            return new VoterRules.Seen(
                    id,
                    address,
                    report.filter(said -> said.state().equals("RUNNING")).isPresent(),
                    leads());
        }
    }

    /** As of this node's log, each asked just now; takes up to two seconds when one is silent. */
    public List<Voter> all() throws InterruptedException {
        Map<RaftPeer, Future<VoterReport>> asked = new LinkedHashMap<>();
        for (RaftPeer peer : node.peers()) {
            boolean self = peer.getId().toString().equals(node.name());
            asked.put(peer, node.run(self ? node::report : () -> ask(peer)));
        }
        long end = System.nanoTime() + ASK_LIMIT.toNanos();
        var voters = new ArrayList<Voter>();
        for (var each : asked.entrySet()) {
            RaftPeer peer = each.getKey();
            voters.add(new Voter(peer.getId() + "", peer.getAddress(), answer(each.getValue(), end)));
        }
        return voters;
    }

    private VoterReport ask(RaftPeer peer) throws IOException {
        try (RaftClient client = node.client(RetryPolicies.noRetry())) {
            RaftClientReply reply = client.io().sendStaleRead(Message.EMPTY, 0, peer.getId());
            if (!reply.isSuccess()) {
                throw new IOException("no answer from " + peer, reply.getException());
            }
            return node.codec().report(reply.getMessage().getContent().toByteArray());
        }
    }

    private static Optional<VoterReport> answer(Future<VoterReport> asked, long endNanos) throws InterruptedException {
        try {
            return Optional.of(asked.get(Math.max(0, endNanos - System.nanoTime()), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            asked.cancel(true);
            return Optional.empty();
        } catch (ExecutionException e) {
            LOG.debugf("voter does not answer why=%s", e.getCause());
            return Optional.empty();
        }
    }

    public List<VoterRules.Seen> seen() throws InterruptedException {
        return all().stream().map(Voter::seen).toList();
    }

    /** What the change would come to, by the rules alone. */
    public VoterRules.Verdict check(VoterChange change) throws InterruptedException {
        return VoterRules.decide(seen(), change);
    }

    /** @return why it was not done; empty: done, or so already */
    public Optional<Problem> change(VoterChange change) throws InterruptedException {
        List<RaftPeer> present = node.peers();
        return switch (check(change)) {
            case VoterRules.Verdict.AlreadySo _ -> Optional.empty();
            case VoterRules.Verdict.No no -> Optional.of(no.why());
            case VoterRules.Verdict.Next next -> {
                List<RaftPeer> voters = next.voters().entrySet().stream()
                        .map(voter -> RaftNode.peer(voter.getKey(), voter.getValue()))
                        .toList();
                // Compared with what the rules were asked about: of two changes at once, one is refused.
                var asked = new SetConfigurationRequest.Arguments.Builder()
                        .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                        .setServersInCurrentConf(present)
                        .setServersInNewConf(voters)
                        .build();
                Optional<Problem> problem = done(
                        change.words(), CHANGE_LIMIT, client -> client.admin().setConfiguration(asked));
                LOG.infof(
                        "voters changed change=%s problem=%s",
                        change.words(), problem.map(Problem::detail).orElse(""));
                yield problem;
            }
        };
    }

    /** @return why not; empty: {@code id} leads */
    public Optional<Problem> lead(String id) throws InterruptedException {
        List<Voter> present = all();
        Optional<Problem> refusal =
                VoterRules.refusalToLead(present.stream().map(Voter::seen).toList(), id);
        if (refusal.isPresent() || present.stream().anyMatch(voter -> voter.id().equals(id) && voter.leads())) {
            return refusal;
        }
        return done(
                "let " + id + " lead",
                LEAD_LIMIT.multipliedBy(2),
                client -> client.admin().transferLeadership(RaftPeerId.valueOf(id), LEAD_LIMIT.toMillis()));
    }

    private interface Asking {
        RaftClientReply of(RaftClient client) throws IOException;
    }

    private Optional<Problem> done(String what, Duration limit, Asking asking) throws InterruptedException {
        Callable<RaftClientReply> call = () -> {
            try (RaftClient client = node.client(RetryPolicies.retryUpToMaximumCountWithFixedSleep(
                    3, org.apache.ratis.util.TimeDuration.valueOf(300, TimeUnit.MILLISECONDS)))) {
                return asking.of(client);
            }
        };
        Future<RaftClientReply> pending = node.run(call);
        try {
            RaftClientReply reply = pending.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return reply.isSuccess() ? Optional.empty() : Optional.of(refused(what, reply.getException()));
        } catch (TimeoutException e) {
            pending.cancel(true);
            return Optional.of(Problem.of(
                    ProblemType.OUTCOME_UNKNOWN,
                    what + ": no end of it after " + limit.toSeconds()
                            + " s; ask who votes, then ask again: what was done is not done twice"));
        } catch (ExecutionException e) {
            return Optional.of(refused(what, e.getCause()));
        }
    }

    private static Problem refused(String what, @Nullable Throwable why) {
        String name = why == null ? "" : why.getClass().getSimpleName();
        String message = why == null ? "" : String.valueOf(why.getMessage());
        // Nothing that comes right by itself: whoever started the new one has to look.
        ProblemType type = name.equals("ReconfigurationTimeoutException") || name.equals("RaftRetryFailureException")
                ? ProblemType.VOTERS_CONFLICT
                : ProblemType.NOT_READY;
        String detail = switch (name) {
            case "ReconfigurationInProgressException" ->
                "another change of the voters is under way; ask again when it is over";
            case "ReconfigurationTimeoutException", "RaftRetryFailureException" ->
                "no voter let it in; is a new one started, with that id, as one that joins (meridian.raft.join=true),"
                        + " and reached at that address?";
            case "SetConfigurationException" -> "the voters are not those that were looked at any more; look again";
            default -> name + ": " + message;
        };
        return Problem.of(type, what + " was not done: " + detail);
    }
}
