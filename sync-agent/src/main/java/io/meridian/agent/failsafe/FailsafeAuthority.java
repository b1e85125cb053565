package io.meridian.agent.failsafe;

import io.meridian.agent.feed.DesiredState;
import io.meridian.agent.lease.LeaseAuthority;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * The control plane's word where it can be had; where nobody there answers, the promises of all other regions' agents instead. A refusal is an answer:
 * what the control plane ended no peer prolongs.
 *
 * @see "PROTOCOL 2, Failsafe"
 */
public final class FailsafeAuthority implements LeaseAuthority, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FailsafeAuthority.class);
    /** Where the control plane has not granted anything to this process yet. */
    private static final Duration SHORT = Duration.ofSeconds(5);

    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private final RegionId here;
    private final String group;
    private final LeaseAuthority controlPlane;
    private final Peers peers;
    private final Supplier<DesiredState> desired;
    private final DataSource store;
    private volatile Duration granted = SHORT;
    private volatile boolean byPromises;

    public FailsafeAuthority(
            RegionId here,
            String group,
            LeaseAuthority controlPlane,
            Peers peers,
            Supplier<DesiredState> desired,
            DataSource store) {
        this.here = here;
        this.group = group;
        this.controlPlane = controlPlane;
        this.peers = peers;
        this.desired = desired;
        this.store = store;
    }

    /** The last lease was written on the others' promises. Any thread. */
    public boolean byPromises() {
        return byPromises;
    }

    @Override
    public Answer renew(long attempt, long d0Micros) {
        Answer answer = controlPlane.renew(attempt, d0Micros);
        return switch (answer) {
            case Answer.Granted grant -> {
                granted = grant.duration();
                if (byPromises) {
                    LOG.infof("the control plane answers again: leases are its own once more");
                }
                byPromises = false;
                yield grant;
            }
            case Answer.Refused refused -> {
                byPromises = false;
                yield refused;
            }
            case Answer.Unknown unknown -> fromPeers(unknown);
        };
    }

    private Answer fromPeers(Answer.Unknown unknown) {
        DesiredState known = desired.get();
        Set<RegionId> others = new TreeSet<>(known.regions());
        others.remove(here);
        if (known.revision() == 0 || others.isEmpty() || peers.known().isEmpty()) {
            return unknown;
        }
        try {
            List<String> refusals = peers.ask(others, request(known), PATIENCE);
            if (!refusals.isEmpty()) {
                byPromises = false;
                return new Answer.Unknown(
                        unknown.why() + "; and not all other regions promise: " + String.join("; ", refusals));
            }
            if (!byPromises) {
                LOG.warnf(
                        "no control-plane node answers: writes go on by the promises of all other regions regions=%s problem=%s",
                        others, unknown.why());
            }
            byPromises = true;
            return new Answer.Granted(known.generation(), known.revision(), granted);
        } catch (SQLException e) {
            return new Answer.Unknown(unknown.why() + "; and the store does not answer: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unknown;
        }
    }

    private PromiseAsked request(DesiredState known) throws SQLException {
        Map<ShardId, Epoch> open = new HashMap<>();
        try (Connection connection = store.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select shard, epoch from meridian.fence where state = 'OPEN'")) {
            while (row.next()) {
                open.put(ShardId.of(row.getInt(1)), Epoch.of(row.getLong(2)));
            }
        }
        return new PromiseAsked(here, group, granted, known.regions(), open);
    }

    @Override
    public void close() {
        peers.close();
    }
}
