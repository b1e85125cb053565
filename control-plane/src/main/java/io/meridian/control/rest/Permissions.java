package io.meridian.control.rest;

import io.meridian.control.access.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which role each operation of the API takes; what does not stand here is refused to everybody. The one place where that is said. */
final class Permissions {
    /** @param dry enough for a dry run of it */
    record Needs(Role role, Role dry) {}

    static final Map<String, Needs> ALL = new Table()
            .reads("/topology")
            .changes("PUT", "/topology")
            .changes("POST", "/topology/rollback")
            .reads("/topology/revisions")
            .reads("/topology/revisions/{revision}")
            .reads("/topology/diff")
            .reads("/regions")
            .changes("POST", "/regions/{region}/begin-anew")
            .reads("/lag")
            .reads("/envoys")
            .reads("/envoys/barrier")
            .reads("/shards")
            .reads("/shards/where")
            .changes("POST", "/moves")
            .changes("POST", "/rebalances")
            .changes("POST", "/evacuations")
            .changes("POST", "/pop-outs")
            .changes("POST", "/pop-ins")
            .changes("POST", "/shifts")
            .changes("POST", "/reversals")
            .changes("POST", "/failovers")
            .reads("/failover-advice")
            .changes("POST", "/failover-advice/acknowledge")
            .reads("/orphans")
            .reads("/orphans/revisions")
            .changes("POST", "/orphans/revisions")
            .reads("/orphans/revisions/{id}")
            .reads("/zones")
            .reads("/runs")
            .reads("/runs/{id}")
            .reads("/runs/history")
            .reads("/runs/{id}/certificate")
            .reads("/keys")
            .changes("POST", "/runs/{id}/cancel")
            .changes("POST", "/runs/{id}/pause")
            .changes("POST", "/runs/{id}/resume")
            .changes("POST", "/runs/{id}/retry")
            .changes("POST", "/runs/{id}/force")
            .reads("/brake")
            .changes("PUT", "/brake")
            .changes("DELETE", "/brake")
            .reads("/pins")
            .changes("POST", "/pins")
            .reads("/pins/{name}")
            .changes("DELETE", "/pins/{name}")
            .changes("POST", "/verifications")
            .reads("/verifications/{id}")
            .reads("/repairs")
            .changes("POST", "/repairs")
            .reads("/repairs/{id}")
            .reads("/seedings")
            .changes("POST", "/seedings")
            .reads("/seedings/{id}")
            .changes("POST", "/seedings/{id}/pause")
            .changes("POST", "/seedings/{id}/resume")
            .changes("POST", "/seedings/{id}/cancel")
            .changes("POST", "/seedings/{id}/retry")
            .reads("/drills/scenarios")
            .reads("/drills/scenarios/{name}")
            .changes("PUT", "/drills/scenarios/{name}")
            .changes("DELETE", "/drills/scenarios/{name}")
            .reads("/drills/schedules")
            .reads("/drills/schedules/{name}")
            // It starts drills, so it takes what starting one takes.
            .changes("PUT", "/drills/schedules/{name}")
            .changes("DELETE", "/drills/schedules/{name}")
            .changes("POST", "/drills/schedules/{name}/enable")
            .changes("POST", "/drills/schedules/{name}/disable")
            .reads("/drills")
            .changes("POST", "/drills")
            .reads("/drills/{id}")
            .reads("/drills/{id}/report")
            .reads("/readiness")
            .changes("POST", "/drills/{id}/abort")
            // A runner breaks regions and asks for failovers, so it is an operator anyway.
            .changes("POST", "/drills/{id}/claim")
            .changes("POST", "/drills/{id}/progress")
            .changes("POST", "/drills/{id}/result")
            .reads("/parked")
            .changes("POST", "/parked/{region}/{group}/{source}/{shard}/skip")
            .changes("POST", "/parked/{region}/{group}/{source}/{shard}/retry")
            .reads("/parked/orders/{id}")
            .reads("/events")
            .reads("/control-plane")
            .changes("POST", "/control-plane/voters")
            .changes("DELETE", "/control-plane/voters/{id}")
            .changes("POST", "/control-plane/leader")
            .changes("POST", "/control-plane/logic-version")
            // All there is, with the hashes of tokens.
            .needs("GET", "/backup", Role.OPERATOR)
            .changes("POST", "/restore")
            .reads("/restore")
            .reads("/audit")
            .reads("/whoami")
            .reads("/tokens")
            .changes("POST", "/tokens")
            .reads("/tokens/{name}")
            .changes("DELETE", "/tokens/{name}")
            .reads("/approvals")
            .reads("/approvals/{id}")
            .needs("POST", "/approvals/{id}/approve", Role.APPROVER)
            // Whoever asked may take it back, too: the rule for that is TwoPersonRule's.
            .needs("POST", "/approvals/{id}/reject", Role.VIEWER)
            .all();

    private Permissions() {}

    /** @param path as in the resource's annotations, from the root */
    static Optional<Needs> of(String method, String path) {
        return Optional.ofNullable(ALL.get(method + " " + path));
    }

    private static final class Table {
        private final Map<String, Needs> rows = new HashMap<>();

        Table reads(String path) {
            return needs("GET", path, Role.VIEWER);
        }

        Table changes(String method, String path) {
            return row(method, path, new Needs(Role.OPERATOR, Role.PLANNER));
        }

        Table needs(String method, String path, Role role) {
            return row(method, path, new Needs(role, role));
        }

        private Table row(String method, String path, Needs needs) {
            if (rows.put(method + " /api/v1" + path, needs) != null) {
                throw new IllegalStateException(method + " " + path + " stands here twice");
            }
            return this;
        }

        Map<String, Needs> all() {
            return Map.copyOf(rows);
        }
    }
}
