package io.meridian.ledger.books;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of all users. Every write touches the fence with its first statement, so that whoever does not own the user refuses before it
 * judges by a copy that may be old; reads ask {@code ownerCheck} first, for the same reason.
 */
public final class Books {
    private final Transactions transactions;
    private final String ownerCheck;

    /** @param ownerCheck a statement with one parameter, the user key, that fails unless this store owns the user; empty: not asked */
    public Books(DataSource store, String ownerCheck) {
        this(store, ownerCheck, CommitPatience.USUAL);
    }

    Books(DataSource store, String ownerCheck, CommitPatience patience) {
        this.transactions = new Transactions(store, patience);
        this.ownerCheck = ownerCheck;
    }

    /** @param opened false when it was open already, with the same amount */
    public record Opening(boolean opened, Account account) {}

    public Result<Opening> open(String user, String name, long amount) {
        return transactions.write(connection -> open(connection, user, name, amount), connection -> {
            return account(connection, user, name).map(found -> opening(found, amount, true));
        });
    }

    private static Result<Opening> open(Connection connection, String user, String name, long amount)
            throws SQLException {
        try (var insert = statement(connection, """
                insert into public.account (user_key, name, opened_with, balance) values (?, ?, ?, ?)
                on conflict do nothing""", user, name, amount, amount)) {
            boolean fresh = insert.executeUpdate() == 1;
            Account found = account(connection, user, name).orElseThrow();
            return opening(found, amount, fresh);
        }
    }

    private static Result<Opening> opening(Account found, long amount, boolean fresh) {
        return found.openedWith() == amount
                ? new Result.Done<>(new Opening(fresh, found))
                : new Result.Refused<>(new Refusal(
                        Refusal.Kind.ACCOUNT_OPENED_OTHERWISE,
                        "account '" + found.name() + "' is open already, with " + found.openedWith() + ", not with "
                                + amount));
    }

    public Result<List<Account>> accounts(String user) {
        return transactions.read(connection -> {
            checkOwner(connection, user);
            List<Account> accounts = new ArrayList<>();
            try (var select = statement(connection, """
                    select name, opened_with, balance, entries from public.account where user_key = ? order by name""", user);
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    accounts.add(accountAt(rows));
                }
            }
            return new Result.Done<>(accounts);
        });
    }

    public Result<Transfer> transfer(String user, TransferOrder order) {
        return transactions.write(connection -> transfer(connection, user, order), connection -> {
            return find(connection, user, order.request()).map(made -> madeFor(order, made));
        });
    }

    private static Result<Transfer> transfer(Connection connection, String user, TransferOrder order)
            throws SQLException {
        // First the row that makes repeats harmless: a repeat waits here for the one before it.
        try (var insert = statement(connection, """
                insert into public.transfer (user_key, request, from_account, to_account, amount) values (?, ?, ?, ?, ?)
                on conflict do nothing""", user, order.request(), order.from(), order.to(), order.amount())) {
            if (insert.executeUpdate() == 0) {
                return madeFor(order, find(connection, user, order.request()).orElseThrow());
            }
        }
        Optional<Refusal> refusal = refusal(user, order, locked(connection, user, order));
        if (refusal.isPresent()) {
            return new Result.Refused<>(refusal.get());
        }
        long fromNumber = enter(connection, user, order, order.from(), -order.amount());
        long toNumber = enter(connection, user, order, order.to(), order.amount());
        return new Result.Done<>(
                new Transfer(order.request(), order.from(), order.to(), order.amount(), fromNumber, toNumber));
    }

    /** Both accounts, locked in one order by all transfers. */
    private static List<Account> locked(Connection connection, String user, TransferOrder order) throws SQLException {
        List<Account> accounts = new ArrayList<>();
        try (var select = statement(connection, """
                select name, opened_with, balance, entries from public.account
                where user_key = ? and name in (?, ?) order by name for no key update""", user, order.from(), order.to());
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                accounts.add(accountAt(rows));
            }
        }
        return accounts;
    }

    private static Optional<Refusal> refusal(String user, TransferOrder order, List<Account> accounts) {
        for (String name : List.of(order.from(), order.to())) {
            if (accounts.stream().noneMatch(account -> account.name().equals(name))) {
                return Optional.of(new Refusal(
                        Refusal.Kind.NO_SUCH_ACCOUNT,
                        "there is no account '" + name + "'; open it with PUT /accounts/" + name));
            }
        }
        return accounts.stream()
                .filter(account -> account.name().equals(order.from()) && account.balance() < order.amount())
                .map(account -> new Refusal(
                        Refusal.Kind.OVERDRAFT,
                        "account '" + account.name() + "' holds " + account.balance() + ", less than "
                                + order.amount()))
                .findFirst();
    }

    /** @return the number of the new entry */
    private static long enter(Connection connection, String user, TransferOrder order, String account, long amount)
            throws SQLException {
        try (var update = statement(connection, """
                with moved as (
                    update public.account set balance = balance + ?, entries = entries + 1
                    where user_key = ? and name = ? returning user_key, name, entries, balance)
                insert into public.entry (user_key, account, number, request, amount, balance)
                select user_key, name, entries, ?, ?, balance from moved
                returning number""", amount, user, account, order.request(), amount);
                ResultSet row = update.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    public Result<Transfer> request(String user, String request) {
        return transactions.read(connection -> {
            checkOwner(connection, user);
            return find(connection, user, request)
                    .<Result<Transfer>>map(Result.Done::new)
                    .orElseGet(() -> new Result.Refused<>(
                            new Refusal(Refusal.Kind.NO_SUCH_REQUEST, "request '" + request + "' was not executed")));
        });
    }

    /** Accounts, transfers and entries of one moment, as JSON: one statement, so one snapshot. @param account of entries; empty: of all */
    public Result<String> statementOfAccount(String user, Optional<String> account) {
        return transactions.read(connection -> {
            checkOwner(connection, user);
            try (var select = statement(connection, """
                    select json_build_object(
                        'accounts', coalesce((select json_agg(json_build_object('name', name, 'openedWith', opened_with,
                            'balance', balance, 'entries', entries) order by name)
                            from public.account where user_key = u.key), '[]'),
                        'transfers', coalesce((select json_agg(json_build_object('request', request, 'from', from_account,
                            'to', to_account, 'amount', amount) order by request)
                            from public.transfer where user_key = u.key), '[]'),
                        'entries', coalesce((select json_agg(json_build_object('account', account, 'number', number,
                            'request', request, 'amount', amount, 'balance', balance) order by account, number)
                            from public.entry where user_key = u.key and (u.account is null or account = u.account)), '[]'))
                    from (select ?::text as key, ?::text as account) u""", user, account.orElse(null));
                    ResultSet row = select.executeQuery()) {
                row.next();
                return new Result.Done<>(row.getString(1));
            }
        });
    }

    /** Does the store answer? */
    public boolean answers() {
        Result<Boolean> asked = transactions.read(connection -> {
            try (var select = connection.prepareStatement("select 1")) {
                return new Result.Done<>(select.execute());
            }
        });
        return asked instanceof Result.Done<Boolean>;
    }

    private static Result<Transfer> madeFor(TransferOrder order, Transfer made) {
        return made.is(order)
                ? new Result.Done<>(made)
                : new Result.Refused<>(new Refusal(
                        Refusal.Kind.REQUEST_USED_OTHERWISE,
                        "request '" + made.request() + "' moved " + made.amount() + " from '" + made.from() + "' to '"
                                + made.to() + "'; take a new id for another transfer"));
    }

    /**
     * Ownership and data as one snapshot shows them. Two snapshots would do harm: between them the user may move away and be written
     * elsewhere, or arrive with the data of the first still incomplete.
     */
    private void checkOwner(Connection connection, String user) throws SQLException {
        if (!ownerCheck.isEmpty()) {
            try (var isolation = connection.createStatement()) {
                isolation.execute("set transaction isolation level repeatable read");
            }
            try (var check = statement(connection, ownerCheck, user)) {
                check.execute();
            }
        }
    }

    private static Optional<Transfer> find(Connection connection, String user, String request) throws SQLException {
        try (var select = statement(connection, """
                select t.from_account, t.to_account, t.amount, f.number, i.number
                from public.transfer t
                join public.entry f on f.user_key = t.user_key and f.request = t.request and f.account = t.from_account
                join public.entry i on i.user_key = t.user_key and i.request = t.request and i.account = t.to_account
                where t.user_key = ? and t.request = ?""", user, request);
                ResultSet row = select.executeQuery()) {
            return row.next()
                    ? Optional.of(new Transfer(
                            request,
                            row.getString(1),
                            row.getString(2),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5)))
                    : Optional.empty();
        }
    }

    private static Optional<Account> account(Connection connection, String user, String name) throws SQLException {
        try (var select = statement(connection, """
                select name, opened_with, balance, entries from public.account where user_key = ? and name = ?""", user, name);
                ResultSet row = select.executeQuery()) {
            return row.next() ? Optional.of(accountAt(row)) : Optional.empty();
        }
    }

    private static PreparedStatement statement(Connection connection, String sql, @Nullable Object... values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int at = 0; at < values.length; at++) {
            statement.setObject(at + 1, values[at], values[at] instanceof Long ? Types.BIGINT : Types.VARCHAR);
        }
        return statement;
    }

    private static Account accountAt(ResultSet row) throws SQLException {
        return new Account(row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4));
    }
}
