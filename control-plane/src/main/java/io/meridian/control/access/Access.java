package io.meridian.control.access;

import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The replicated part of who may do what.
 *
 * @param tokens by name
 * @param approvals oldest first; of those that ended the newest {@link #ENDED_APPROVALS_KEPT}
 * @param approvalsMade also the number in the newest approval's id
 * @param approverMade there was a token for a second person once; from then on it takes two to make another
 */
public record Access(
        SortedMap<String, Token> tokens, List<Approval> approvals, long approvalsMade, boolean approverMade) {
    static final int TOKENS_LIMIT = 256;
    static final int WAITING_LIMIT = 64;
    static final int ENDED_APPROVALS_KEPT = 128;

    public Access {
        tokens = Collections.unmodifiableSortedMap(new TreeMap<>((Map<String, Token>) tokens));
        approvals = List.copyOf(approvals);
    }

    public static Access none() {
        return new Access(new TreeMap<>(), List.of(), 0, false);
    }

    /** In a time that does not depend on which token is nearly right. */
    public Optional<Token> byHash(String hash, Instant now) {
        byte[] wanted = hash.getBytes(StandardCharsets.US_ASCII);
        Token found = null;
        for (Token token : tokens.values()) {
            if (MessageDigest.isEqual(token.hash().getBytes(StandardCharsets.US_ASCII), wanted)) {
                found = token;
            }
        }
        return Optional.ofNullable(found).filter(token -> token.validAt(now));
    }

    /**
     * Why what {@code by} showed is good no more. This is decided in the log, for each command: a node that has not heard of a revocation yet may
     * let somebody in, and they change nothing.
     *
     * @return empty: it is good
     */
    public Optional<Problem> refuses(Actor by, Instant now) {
        return by.shown().flatMap(shown -> switch (shown) {
            case Credential.TokenFile _, Credential.Vouched _ -> Optional.empty();
            case Credential.LocalToken local -> {
                Optional<Token> token = token(local.hash());
                yield token.isEmpty()
                        ? Optional.of(Problem.of(
                                ProblemType.TOKEN_REVOKED,
                                "the token of " + by.name() + " was revoked; ask for another one"))
                        : token.filter(known -> !known.validAt(now))
                                .map(known -> Problem.of(
                                        ProblemType.TOKEN_EXPIRED,
                                        "the token of " + known.name() + " expired at "
                                                + known.expires().orElseThrow() + "; ask for another one"));
            }
        });
    }

    private Optional<Token> token(String hash) {
        return tokens.values().stream()
                .filter(token -> token.hash().equals(hash))
                .findFirst();
    }

    /** A person whom a provider vouches for; behind a local token, whoever made it, by another token of theirs too. */
    Optional<Credential.Vouched> personBehind(Actor actor) {
        return actor.shown().flatMap(shown -> switch (shown) {
            case Credential.Vouched person -> Optional.of(person);
            case Credential.LocalToken local -> token(local.hash()).flatMap(Token::maker);
            case Credential.TokenFile _ -> Optional.empty();
        });
    }

    /** As far as can be told. What local tokens and files alone can tell is little: one person may hold several. */
    boolean onePerson(Actor one, Actor other) {
        Optional<Credential.Vouched> behind = personBehind(one);
        return one.samePersonAs(other) || (behind.isPresent() && behind.equals(personBehind(other)));
    }

    public Optional<Approval> approval(String id) {
        return approvals.stream().filter(approval -> approval.id().equals(id)).findFirst();
    }

    public Access with(Token token) {
        var more = new TreeMap<>((Map<String, Token>) tokens);
        more.put(token.name(), token);
        return new Access(
                more, approvals, approvalsMade, approverMade || TwoPersonRule.makesASecondPerson(token.roles()));
    }

    public Access withoutToken(String name) {
        var fewer = new TreeMap<>((Map<String, Token>) tokens);
        fewer.remove(name);
        return new Access(fewer, approvals, approvalsMade, approverMade);
    }

    public Access with(Approval requested) {
        var more = new ArrayList<>(approvals);
        more.add(requested);
        long ended =
                more.stream().filter(approval -> approval.ended().isPresent()).count();
        for (var each = more.iterator(); ended > ENDED_APPROVALS_KEPT; ) {
            if (each.next().ended().isPresent()) {
                each.remove();
                ended--;
            }
        }
        return new Access(tokens, more, approvalsMade + 1, approverMade);
    }

    public Access withEnded(String id, Approval.Ending ending) {
        return new Access(
                tokens,
                approvals.stream()
                        .map(approval -> approval.id().equals(id) ? approval.ended(ending) : approval)
                        .toList(),
                approvalsMade,
                approverMade);
    }
}
