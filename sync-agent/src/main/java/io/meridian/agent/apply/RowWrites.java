package io.meridian.agent.apply;

import io.meridian.agent.record.RowChange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Single changes, written as an applier writes them. For one transaction of whoever decides what becomes of writes that lost their place. */
public final class RowWrites {
    private final TableShapes shapes;
    private final EffectStatements statements;

    public RowWrites(Connection store) {
        this.shapes = new TableShapes(store);
        this.statements = new EffectStatements(store, shapes);
    }

    /** @throws SQLException, RuntimeException ask {@link #refusal} what it means */
    public void write(RowChange change) throws SQLException {
        List<String> key = shapes.of(change.relation()).key();
        for (List<RowEffect> batch : ChangeFold.oneByOne(List.of(change), _ -> key)) {
            statements.run(batch);
        }
    }

    /** Why the store will not take a change as it is, without the row's values; empty: it may take it a moment later, or the session is gone. */
    public static Optional<String> refusal(Exception failure) {
        return Failure.of(failure) == Failure.REFUSED ? Optional.of(Failure.inWords(failure)) : Optional.empty();
    }
}
