package io.meridian.conflict.orphan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The policies that every agent has. */
enum BuiltIn implements OrphanPolicy {
    REJECT {
        @Override
        public Ruling rule(Dispute dispute) {
            return new Ruling.Ours("the row was written since");
        }
    },
    SALVAGE {
        @Override
        public Ruling rule(Dispute dispute) {
            return new Ruling.Theirs("the row was written since; the table's policy salvages all the same");
        }
    },
    /** Clocks of two regions are compared: with a lease between the two writes, only one that was stepped is wrong about it. */
    NEWEST {
        @Override
        public Ruling rule(Dispute dispute) {
            if (dispute.touchedMicros().isEmpty()) {
                return new Ruling.Ours("when the row was written since is not known");
            }
            return dispute.committedMicros() > dispute.touchedMicros().getAsLong()
                    ? new Ruling.Theirs("it was committed after the row was written here")
                    : new Ruling.Ours("the row was written later");
        }
    },
    COLUMN_WISE {
        @Override
        public Ruling rule(Dispute dispute) {
            if (dispute.operation() != Dispute.Operation.UPDATE || dispute.rekeyed()) {
                return new Ruling.Ours(
                        "the row was written since, and only an UPDATE that keeps its key is taken apart");
            }
            if (dispute.ours().isEmpty()) {
                return new Ruling.Ours("the row was deleted since");
            }
            if (!dispute.before().keySet().containsAll(dispute.theirs().keySet())) {
                return new Ruling.Ours(
                        "the row was written since, and the log does not hold what it was before: only REPLICA IDENTITY FULL tells which columns it changed");
            }
            return byColumn(dispute, dispute.ours().get());
        }
    };

    private static Ruling byColumn(Dispute dispute, Map<String, Optional<String>> ours) {
        var taken = new TreeMap<String, Optional<String>>();
        List<String> kept = new ArrayList<>();
        dispute.theirs().forEach((column, value) -> {
            @Nullable Optional<String> before = dispute.before().get(column);
            if (!value.equals(before) && !value.equals(ours.get(column))) {
                if (before != null && before.equals(ours.get(column))) {
                    taken.put(column, value);
                } else {
                    kept.add(column);
                }
            }
        });
        if (taken.isEmpty()) {
            return new Ruling.Ours(
                    kept.isEmpty() ? "the row has all of it already" : "all that it changed was written since");
        }
        String stays = kept.isEmpty()
                ? ""
                : "; " + String.join(", ", kept.stream().sorted().toList()) + " was written since";
        return new Ruling.Merged(taken, "it sets " + String.join(", ", taken.keySet()) + stays);
    }
}
