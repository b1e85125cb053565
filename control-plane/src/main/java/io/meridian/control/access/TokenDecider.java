package io.meridian.control.access;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.topology.ProblemType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Local tokens are made and revoked; they are never changed. */
public final class TokenDecider {
    /** No colon: it divides an actor's name from where it comes from. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /** Of the tokens that a node reads from files. */
    public static final Set<String> RESERVED = Set.of("admin", "breakglass");

    private TokenDecider() {}

    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    public static Answer create(ControlState state, Actor by, Command.CreateToken create) {
        if (!isName(create.name())) {
            return Answer.no(
                    ProblemType.INVALID_ARGUMENT,
                    "a token's name is 1 to 63 of a-z, 0-9, '.', '_' and '-', and begins with a letter or digit, as in \"alice\"");
        }
        if (RESERVED.contains(create.name()) || state.access().tokens().containsKey(create.name())) {
            return Answer.no(
                    ProblemType.NAME_TAKEN,
                    "there is a token '" + create.name() + "' already; revoke it first, or take another name");
        }
        if (create.roles().isEmpty()) {
            return Answer.no(ProblemType.INVALID_ARGUMENT, "a token without a role is good for nothing; name one");
        }
        if (!HASH.matcher(create.hash()).matches()) {
            return Answer.no(ProblemType.INVALID_ARGUMENT, "a hash is 64 hexadecimal digits of SHA-256");
        }
        if (create.expires().filter(end -> !end.isAfter(create.now())).isPresent()) {
            return Answer.no(ProblemType.INVALID_ARGUMENT, "a token that expires in the past is good for nothing");
        }
        if (state.access().tokens().size() >= Access.TOKENS_LIMIT) {
            return Answer.no(
                    ProblemType.LIMIT_REACHED,
                    "there are " + Access.TOKENS_LIMIT + " tokens, and no more are kept; revoke those not in use");
        }
        var token = new Token(
                create.name(),
                create.roles(),
                create.hash(),
                create.now(),
                by.name(),
                create.expires(),
                state.access().personBehind(by));
        return new Answer.Yes(List.of(new Event.TokenCreated(token)), create.name(), List.of());
    }

    /** What its owner asked for and what still waits is rejected with it: a stolen token must leave nothing behind that somebody may approve. */
    public static Answer revoke(ControlState state, Actor by, Command.RevokeToken revoke) {
        Token token = state.access().tokens().get(revoke.name());
        if (token == null) {
            return Answer.no(
                    ProblemType.UNKNOWN_TOKEN,
                    TokenDecider.RESERVED.contains(revoke.name())
                            ? "'" + revoke.name() + "' is a node's token file; change the file and restart the node"
                            : "there is no token '" + revoke.name() + "'");
        }
        var events = new ArrayList<Event>();
        events.add(new Event.TokenRevoked(token.name()));
        for (Approval approval : state.access().approvals()) {
            if (approval.stateAt(revoke.now()) == Approval.State.WAITING
                    && token.opensTo(approval.asked().by())) {
                events.add(new Event.ApprovalEnded(
                        approval.id(),
                        new Approval.Ending(
                                Approval.State.REJECTED,
                                revoke.now(),
                                by.name(),
                                "the token of " + token.name() + ", who asked, was revoked",
                                "")));
            }
        }
        return new Answer.Yes(events, token.name(), List.of());
    }
}
