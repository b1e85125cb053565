package io.meridian.agent;

import io.meridian.agent.feed.DesiredState;
import io.meridian.agent.orders.Orders;
import io.meridian.agent.orphan.Reviser;
import io.meridian.agent.orphan.RevisionDone;
import io.meridian.agent.orphan.RevisionOrder;
import io.meridian.agent.parked.ParkedDecision;
import io.meridian.agent.parked.ParkedOrder;
import io.meridian.agent.repair.RepairDone;
import io.meridian.agent.repair.RepairOrder;
import io.meridian.agent.repair.Repairer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** What the control plane asks this store to do once: repairs, and what people decided of parked changes and of orphans. Each kind has a thread of its own. */
final class AskedOnce implements AutoCloseable {
    private final AgentSettings settings;
    private final DataSource store;
    private final Supplier<DesiredState> desired;
    private final ParkedDecision.Applier applier;
    private final Orders<RepairOrder, RepairDone> repairs;
    private final Orders<ParkedOrder, ParkedDecision.Done> parked;
    private final Orders<RevisionOrder, RevisionDone> revisions;

    /** @param told called when something was done */
    AskedOnce(
            AgentSettings settings,
            DataSource store,
            Supplier<DesiredState> desired,
            ParkedDecision.Applier applier,
            Runnable told) {
        this.settings = settings;
        this.store = store;
        this.desired = desired;
        this.applier = applier;
        this.repairs = new Orders<>("repair", () -> desired.get().repairs(), this::repair, told);
        this.parked = new Orders<>("parked", () -> desired.get().parkedOrders(), this::decide, told);
        this.revisions = new Orders<>("revision", () -> desired.get().revisions(), this::revise, told);
    }

    void start() {
        repairs.start();
        parked.start();
        revisions.start();
    }

    void changed(DesiredState before, DesiredState after) {
        if (!after.repairs().equals(before.repairs())) {
            repairs.changed();
        }
        if (!after.parkedOrders().equals(before.parkedOrders())) {
            parked.changed();
        }
        if (!after.revisions().equals(before.revisions())) {
            revisions.changed();
        }
    }

    List<RepairDone> repaired() {
        return repairs.done();
    }

    List<ParkedDecision.Done> decided() {
        return parked.done();
    }

    List<RevisionDone> revised() {
        return revisions.done();
    }

    private RepairDone repair(RepairOrder order) throws SQLException, InterruptedException {
        try (Connection connection = settings.store().repair()) {
            return new Repairer(
                            connection,
                            settings.transactionLimit(),
                            desired.get().tables())
                    .repair(order);
        }
    }

    private ParkedDecision.Done decide(ParkedOrder order) throws SQLException {
        try (Connection connection = store.getConnection()) {
            return ParkedDecision.carryOut(connection, order, applier);
        }
    }

    private RevisionDone revise(RevisionOrder order) throws SQLException, InterruptedException {
        try (Connection connection = settings.store().orphans()) {
            return new Reviser(
                            connection,
                            settings.transactionLimit(),
                            desired.get().tables())
                    .carryOut(order);
        }
    }

    @Override
    public void close() {
        repairs.close();
        parked.close();
        revisions.close();
    }
}
