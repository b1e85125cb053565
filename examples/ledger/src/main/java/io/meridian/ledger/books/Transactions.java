package io.meridian.ledger.books;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Runs work in transactions and says what the database's answers mean. A COMMIT without an answer is neither yes nor no: the store is asked. */
final class Transactions {
    private static final Logger LOG = Logger.getLogger(Transactions.class.getName());
    private static final int RETRIES_IN_PLACE = 3;
    /** The fence: not owned, being moved, no lease. */
    private static final Set<String> NOT_OWNED = Set.of("MR001", "MR002", "MR003");
    /** The fence: transaction_timeout not set, the fence not installed. */
    private static final Set<String> INSTALLATION = Set.of("MR004", "MR005");

    private static final Set<String> NOT_SERIALIZED = Set.of("40001", "40P01");
    /** Sessions ended by the server: shutdown, crash, timeout of statement or transaction. */
    private static final Set<String> ENDED = Set.of("57P01", "57P02", "57P03", "57P05", "57014", "25P03", "25P04");

    private final DataSource store;
    private final CommitPatience patience;

    Transactions(DataSource store, CommitPatience patience) {
        this.store = store;
        this.patience = patience;
    }

    interface Work<T> {
        /** Runs again when the database could not serialize it. A refusal rolls back. */
        Result<T> in(Connection connection) throws SQLException;
    }

    interface Question<T> {
        /** What an earlier transaction of the same request left behind, if anything. */
        Optional<Result<T>> in(Connection connection) throws SQLException;
    }

    /** Work that changes nothing: how its transaction ends does not matter. */
    <T> Result<T> read(Work<T> work) {
        return run(() -> attempt(work, false), Result.Unknown::new);
    }

    /** @param question asked when nobody knows whether the work was committed */
    <T> Result<T> write(Work<T> work, Question<T> question) {
        return run(() -> attempt(work, true), () -> ask(question));
    }

    private static <T> Result<T> run(Supplier<Attempt<T>> attempts, Supplier<Result<T>> whenUnanswered) {
        for (int retries = 0; ; retries++) {
            switch (attempts.get()) {
                case Attempt.Ended<T>(Result<T> result) -> {
                    return result;
                }
                case Attempt.CommitUnanswered<T> _ -> {
                    return whenUnanswered.get();
                }
                case Attempt.NotSerialized<T>(String sqlState) -> {
                    if (retries == RETRIES_IN_PLACE) {
                        return new Result.NotHere<>(sqlState);
                    }
                }
            }
        }
    }

    private sealed interface Attempt<T> {
        record Ended<T>(Result<T> result) implements Attempt<T> {}

        record NotSerialized<T>(String sqlState) implements Attempt<T> {}

        record CommitUnanswered<T>() implements Attempt<T> {}
    }

    private <T> Attempt<T> attempt(Work<T> work, boolean writes) {
        boolean committing = false;
        try (Connection connection = store.getConnection()) {
            Result<T> result = work.in(connection);
            if (!writes || !(result instanceof Result.Done<T>)) {
                connection.rollback();
                return new Attempt.Ended<>(result);
            }
            committing = true;
            connection.commit();
            committing = false;
            return new Attempt.Ended<>(result);
        } catch (SQLException refused) {
            return committing && !isAnswerToCommit(refused) ? new Attempt.CommitUnanswered<>() : meaning(refused);
        }
    }

    /** An error that the server raises before a commit is durable. All others may have come after it. */
    private static boolean isAnswerToCommit(SQLException refused) {
        String state = stateOf(refused);
        return NOT_SERIALIZED.contains(state) || state.startsWith("23") || state.startsWith("MR");
    }

    private static <T> Attempt<T> meaning(SQLException refused) {
        String state = stateOf(refused);
        if (NOT_SERIALIZED.contains(state)) {
            return new Attempt.NotSerialized<>(state);
        }
        if (NOT_OWNED.contains(state)) {
            return new Attempt.Ended<>(new Result.NotHere<>(state));
        }
        if (INSTALLATION.contains(state)) {
            LOG.log(Level.SEVERE, "the fence is not installed rightly sqlstate={0}: {1}", new Object[] {
                state, refused.getMessage()
            });
            return new Attempt.Ended<>(new Result.Faulty<>(state));
        }
        if (state.startsWith("08") || state.startsWith("53") || state.isEmpty() || ENDED.contains(state)) {
            LOG.log(Level.WARNING, "the store did not answer sqlstate={0}: {1}", new Object[] {
                state, refused.getMessage()
            });
            return new Attempt.Ended<>(new Result.Unavailable<>("the store did not answer"));
        }
        LOG.log(Level.SEVERE, "a statement failed sqlstate=" + state, refused);
        return new Attempt.Ended<>(new Result.Faulty<>(state));
    }

    /** Asks until the request is found or no transaction of before can still be running. */
    private <T> Result<T> ask(Question<T> question) {
        LOG.warning("a COMMIT was not answered; asking by request id");
        long deadline = System.nanoTime() + patience.limit().toNanos();
        do {
            Attempt<T> asked = attempt(connection -> question.in(connection).orElseGet(Result.Unknown::new), false);
            if (asked instanceof Attempt.Ended<T>(Result<T> result)
                    && (result instanceof Result.Done<T> || result instanceof Result.Refused<T>)) {
                return result;
            }
        } while (System.nanoTime() < deadline && patience.pause());
        return new Result.Unknown<>();
    }

    private static String stateOf(SQLException refused) {
        String state = refused.getSQLState();
        return state == null ? "" : state;
    }
}
