package io.meridian.agent.install;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Questions to a store's catalogs. Arguments and answers are texts; null is an empty one. */
record StoreQueries(Connection store) {
    boolean holds(String condition, String... arguments) throws SQLException {
        return text("select (" + condition + ")::text", arguments).equals("true");
    }

    long number(String sql, String... arguments) throws SQLException {
        return Long.parseLong(text(sql, arguments));
    }

    /** First column of the first row; empty when there is none. */
    String text(String sql, String... arguments) throws SQLException {
        List<List<String>> rows = rows(sql, arguments);
        return rows.isEmpty() ? "" : rows.getFirst().getFirst();
    }

    List<List<String>> rows(String sql, String... arguments) throws SQLException {
        try (PreparedStatement query = store.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                query.setString(i + 1, arguments[i]);
            }
            List<List<String>> rows = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    List<String> values = new ArrayList<>();
                    for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                        String value = row.getString(column);
                        values.add(value == null ? "" : value);
                    }
                    rows.add(values);
                }
            }
            return rows;
        }
    }
}
