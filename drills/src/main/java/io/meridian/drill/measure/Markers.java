package io.meridian.drill.measure;

import io.meridian.local.LocalInstance;
import io.meridian.local.instance.StoreGroup;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The marker writes as the regions' stores have them, asked around Envoy and ledger. */
public final class Markers {
    private final LocalInstance instance;

    public Markers(LocalInstance instance) {
        this.instance = instance;
    }

    /** Users of {@link UserKeys} whose accounts an earlier drill opened. */
    public Set<String> usersWithAccounts() throws SQLException {
        Set<String> users = new HashSet<>();
        each(instance.regions().getFirst(), "ledger", """
                select user_key from public.account where user_key like ? and name in ('main', 'saved')
                group by user_key having count(*) = 2\
                """, UserKeys.PREFIX + "%", row -> users.add(row.getString(1)));
        return users;
    }

    /** @param prefix of the requests @return by region: requests and the number of their entries */
    public Map<String, Map<String, Integer>> made(String prefix) throws SQLException {
        Map<String, Map<String, Integer>> made = new HashMap<>();
        for (String region : instance.regions()) {
            Map<String, Integer> its = new HashMap<>();
            each(region, "ledger", """
                    select t.request, count(e.request) from public.transfer t
                    left join public.entry e on e.user_key = t.user_key and e.request = t.request
                    where t.request like ? group by t.user_key, t.request\
                    """, prefix + "%", row -> its.merge(row.getString(1), row.getInt(2), Integer::sum));
            made.put(region, its);
        }
        return made;
    }

    /** Requests that any region shows as orphans. */
    public Set<String> orphans(String prefix) throws SQLException {
        Set<String> requests = new HashSet<>();
        Pattern request = Pattern.compile(Pattern.quote(prefix) + "\\d+");
        for (String region : instance.regions()) {
            each(region, "meridian_agent", """
                    select concat(key, content) from meridian.orphan where concat(key, content) like ?\
                    """, "%" + prefix + "%", row -> {
                Matcher found = request.matcher(row.getString(1));
                while (found.find()) {
                    requests.add(found.group());
                }
            });
        }
        return requests;
    }

    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    private void each(String region, String role, String query, String like, Row reader) throws SQLException {
        for (StoreGroup group : instance.layout().groups()) {
            try (Connection store = DriverManager.getConnection(
                            instance.layout().store(region, group),
                            role,
                            instance.region(region).password(role));
                    PreparedStatement statement = store.prepareStatement(query)) {
                statement.setString(1, like);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        reader.read(rows);
                    }
                }
            }
        }
    }
}
