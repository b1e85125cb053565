package io.meridian.ledger.web;

import io.meridian.ledger.books.Refusal;
import io.meridian.ledger.books.Result;
import java.util.function.Function;

/** What each result is in HTTP. 421 with {@code x-meridian-fence: 1} promises the edge that nothing was executed here and nothing will be. */
final class Answers {
    private Answers() {}

    static <T> Answer of(Result<T> result, Function<T, Answer> done) {
        return switch (result) {
            case Result.Done<T>(T value) -> done.apply(value);
            case Result.Refused<T>(Refusal why) -> refused(why);
            case Result.NotHere<T>(String sqlState) ->
                Answer.problem(
                                421,
                                "not-here",
                                "This store does not serve the user now",
                                "the database answered " + sqlState + "; nothing was executed")
                        .with("x-meridian-fence", "1");
            case Result.Faulty<T>(String sqlState) ->
                Answer.problem(
                        500,
                        "fault",
                        "The ledger or its store is not set up rightly",
                        "the database answered " + sqlState + "; nothing was executed; the log says what to do");
            case Result.Unavailable<T>(String detail) ->
                Answer.problem(
                                503,
                                "store-unavailable",
                                "The store cannot be reached",
                                detail + "; nothing was executed")
                        .with("retry-after", "1");
            case Result.Unknown<T>() ->
                Answer.problem(
                                503,
                                "outcome-unknown",
                                "Nobody knows yet whether this was executed",
                                "repeat it with the same request id, or ask GET /requests/{id}")
                        .with("retry-after", "1");
        };
    }

    private static Answer refused(Refusal why) {
        return switch (why.kind()) {
            case NO_SUCH_ACCOUNT -> Answer.problem(404, "no-such-account", "No such account", why.detail());
            case NO_SUCH_REQUEST -> Answer.problem(404, "no-such-request", "No such request", why.detail());
            case OVERDRAFT -> Answer.problem(409, "overdraft", "The account holds too little", why.detail());
            case REQUEST_USED_OTHERWISE ->
                Answer.problem(409, "request-used-otherwise", "The request id is taken", why.detail());
            case ACCOUNT_OPENED_OTHERWISE ->
                Answer.problem(409, "account-opened-otherwise", "The account is open already", why.detail());
        };
    }
}
