package io.meridian.control.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Problems as RFC 9457 documents. */
final class Problems {
    static final String MEDIA_TYPE = "application/problem+json";

    private Problems() {}

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Fault(@JsonInclude(JsonInclude.Include.ALWAYS) String pointer, String detail) {}

    static Response response(Problem problem) {
        int status = status(problem.type());
        var document = document(problem.type().urn(), title(problem.type()), status, problem.detail());
        document.putAll(problem.facts());
        if (!problem.errors().isEmpty()) {
            document.put("errors", faults(problem.errors()));
        }
        var response = Response.status(status).type(MEDIA_TYPE).entity(document);
        if (status == Response.Status.UNAUTHORIZED.getStatusCode()) {
            response.header("WWW-Authenticate", "Bearer");
        }
        if (status == 503) {
            response.header("Retry-After", 1);
        }
        return response.build();
    }

    /** For what HTTP itself refuses. */
    static Response plain(int status, String title, String detail) {
        return Response.status(status)
                .type(MEDIA_TYPE)
                .entity(document("about:blank", title, status, detail))
                .build();
    }

    static Map<String, Object> document(String type, String title, int status, String detail) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("type", type);
        document.put("title", title);
        document.put("status", status);
        document.put("detail", detail);
        return document;
    }

    private static List<Fault> faults(List<Problem.Fault> faults) {
        return faults.stream()
                .map(fault -> new Fault(fault.pointer(), fault.detail()))
                .toList();
    }

    private static String title(ProblemType type) {
        String words = type.name().replace('_', ' ').toLowerCase(Locale.ROOT);
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    static int status(ProblemType type) {
        return switch (type) {
            case INVALID_DOCUMENT, INVALID_ARGUMENT, REASON_MISSING -> Response.Status.BAD_REQUEST.getStatusCode();
            case UNAUTHENTICATED, TOKEN_REVOKED, TOKEN_EXPIRED -> Response.Status.UNAUTHORIZED.getStatusCode();
            case FORBIDDEN, SECOND_PERSON_NEEDED -> Response.Status.FORBIDDEN.getStatusCode();
            case UNKNOWN_ZONE,
                    UNKNOWN_REGION,
                    UNKNOWN_GROUP,
                    SHARD_OUT_OF_RANGE,
                    UNKNOWN_RUN,
                    UNKNOWN_VERIFICATION,
                    UNKNOWN_TABLE,
                    UNKNOWN_VOTER,
                    UNKNOWN_REVISION,
                    UNKNOWN_APPROVAL,
                    UNKNOWN_TOKEN,
                    UNKNOWN_PIN,
                    UNKNOWN_ORDER,
                    UNKNOWN_REPAIR,
                    UNKNOWN_SEEDING,
                    UNKNOWN_SCENARIO,
                    UNKNOWN_DRILL,
                    UNKNOWN_SCHEDULE,
                    NO_DRILL_REPORT,
                    NO_CERTIFICATE -> Response.Status.NOT_FOUND.getStatusCode();
            case NO_TOPOLOGY,
                    TOPOLOGY_CONFLICT,
                    MOVE_OVERLAPS,
                    RESIDENCY,
                    NOT_ELASTIC,
                    NOT_SHARDED,
                    NO_ROOM,
                    NOTHING_TO_MOVE,
                    RUN_PAST_NO_RETURN,
                    RUN_ENDED,
                    RUN_NOT_PAUSABLE,
                    RUN_MOVED_ON,
                    RUN_UNDER_WAY,
                    NOT_FORCEABLE,
                    BRAKE_ON,
                    REGION_ALIVE,
                    FAILOVER_RUNS,
                    LOSS_EXCEEDED,
                    TOO_MANY_RUNS,
                    SAFETY_RULE_BROKEN,
                    VOTERS_CONFLICT,
                    LOGIC_NOT_SUPPORTED,
                    CLUSTER_NOT_EMPTY,
                    APPROVAL_ENDED,
                    NAME_TAKEN,
                    ZONE_PINNED,
                    VERIFICATION_RUNS,
                    REPAIR_RUNS,
                    NOT_REPAIRABLE,
                    NOTHING_TO_REPAIR,
                    SEEDING_RUNS,
                    SEEDING_ENDED,
                    NOT_SEEDABLE,
                    NOTHING_TO_SEED,
                    NOT_SEEDED,
                    DRILL_RUNS,
                    DRILL_CLAIMED,
                    DRILL_ENDED,
                    REGION_NOT_WHOLE,
                    STORE_NOT_GONE,
                    NOT_PARKED,
                    NOT_SKIPPABLE,
                    ORDER_PENDING,
                    LIMIT_REACHED -> Response.Status.CONFLICT.getStatusCode();
            case REVISION_CONFLICT -> Response.Status.PRECONDITION_FAILED.getStatusCode();
            case IDEMPOTENCY_KEY_REUSED -> 422;
            case NOT_READY, OUTCOME_UNKNOWN -> Response.Status.SERVICE_UNAVAILABLE.getStatusCode();
        };
    }
}
