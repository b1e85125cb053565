package io.meridian.agent.stream;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Writes rows of a few users in every way there is: inserts, updates that leave a long value where it is stored, deletes, and other keys for rows that are there. */
final class RowsOfShards implements Callable<Long> {
    private static final int LONG_VALUE = 3_000;
    /** Other writers' ids have another remainder. */
    private static final int WRITERS = 10;

    private final TestRegion region;
    private final List<String> users;
    private final int writer;
    private final Random random;
    private final AtomicBoolean writing;

    RowsOfShards(TestRegion region, List<String> users, int writer, AtomicBoolean writing) {
        this.region = region;
        this.users = users;
        this.writer = writer;
        this.random = new Random(writer + 1L);
        this.writing = writing;
    }

    /** Notes are stored apart from their rows. */
    static void notesApart(TestRegion region) throws SQLException {
        region.store.superuser("alter table ledger.entries alter column note set storage external");
    }

    static String note(Random random) {
        var note = new StringBuilder(LONG_VALUE);
        while (note.length() < LONG_VALUE) {
            note.append(Long.toString(random.nextLong(), 36));
        }
        return note.toString();
    }

    @Override
    public Long call() throws SQLException {
        long written = 0;
        try (Connection application = region.store.application();
                // Not beside the same row under its other key: both could not change places.
                PreparedStatement insert = application.prepareStatement("""
                        insert into ledger.entries select u, i, 1, n from (values (?::text, ?::bigint, ?::text)) v (u, i, n)
                        where not exists (select from ledger.entries e where e.user_key = u and e.id = -i) on conflict do nothing""");
                PreparedStatement amount = application.prepareStatement(
                        "update ledger.entries set amount = amount + 1 where user_key = ? and id in (?, ?)");
                PreparedStatement key = application.prepareStatement(
                        "update ledger.entries set id = -id where user_key = ? and id in (?, ?)");
                PreparedStatement note = application.prepareStatement(
                        "update ledger.entries set note = ? where user_key = ? and id in (?, ?)");
                PreparedStatement delete =
                        application.prepareStatement("delete from ledger.entries where user_key = ? and id in (?, ?)");
                PreparedStatement account = application.prepareStatement(
                        "insert into ledger.accounts values (?, 'main', 1) on conflict (user_key, account) do update set balance = accounts.balance + 1")) {
            for (; writing.get(); written++) {
                String user = users.get(random.nextInt(users.size()));
                long id = 1 + writer + WRITERS * (long) random.nextInt(150);
                switch (random.nextInt(8)) {
                    case 0, 1 -> run(insert, user, id, note(random));
                    case 2 -> run(amount, user, id);
                    case 3, 4, 5 -> run(key, user, id);
                    case 6 -> {
                        note.setString(1, note(random));
                        note.setString(2, user);
                        note.setLong(3, id);
                        note.setLong(4, -id);
                        note.executeUpdate();
                    }
                    default -> {
                        if (random.nextInt(4) == 0) {
                            run(delete, user, id);
                        } else {
                            account.setString(1, user);
                            account.executeUpdate();
                        }
                    }
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
        return written;
    }

    private static void run(PreparedStatement statement, String user, long id) throws SQLException {
        statement.setString(1, user);
        statement.setLong(2, id);
        statement.setLong(3, -id);
        statement.executeUpdate();
    }

    private static void run(PreparedStatement statement, String user, long id, String note) throws SQLException {
        statement.setString(1, user);
        statement.setLong(2, id);
        statement.setString(3, note);
        statement.executeUpdate();
    }
}
