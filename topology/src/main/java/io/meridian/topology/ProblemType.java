package io.meridian.topology;

import java.util.Locale;

/** What kinds of refusal there are. Names are API: {@code urn:meridian:problem:invalid-document}. Knows nothing of HTTP. */
public enum ProblemType {
    INVALID_DOCUMENT,
    INVALID_ARGUMENT,
    NO_TOPOLOGY,
    TOPOLOGY_CONFLICT,
    UNKNOWN_ZONE,
    UNKNOWN_REGION,
    UNKNOWN_GROUP,
    NOT_ELASTIC,
    NOT_SHARDED,
    UNKNOWN_RUN,
    UNKNOWN_VERIFICATION,
    UNKNOWN_VOTER,
    UNKNOWN_REVISION,
    NO_CERTIFICATE,
    SHARD_OUT_OF_RANGE,
    MOVE_OVERLAPS,
    RESIDENCY,
    NO_ROOM,
    NOTHING_TO_MOVE,
    RUN_PAST_NO_RETURN,
    RUN_ENDED,
    RUN_NOT_PAUSABLE,
    RUN_MOVED_ON,
    RUN_UNDER_WAY,
    NOT_FORCEABLE,
    BRAKE_ON,
    TOO_MANY_RUNS,
    SAFETY_RULE_BROKEN,
    REVISION_CONFLICT,
    VOTERS_CONFLICT,
    LOGIC_NOT_SUPPORTED,
    CLUSTER_NOT_EMPTY,
    IDEMPOTENCY_KEY_REUSED,
    UNAUTHENTICATED,
    TOKEN_REVOKED,
    TOKEN_EXPIRED,
    FORBIDDEN,
    REASON_MISSING,
    SECOND_PERSON_NEEDED,
    UNKNOWN_APPROVAL,
    APPROVAL_ENDED,
    UNKNOWN_TOKEN,
    UNKNOWN_PIN,
    ZONE_PINNED,
    NAME_TAKEN,
    UNKNOWN_ORDER,
    NOT_PARKED,
    NOT_SKIPPABLE,
    ORDER_PENDING,
    LIMIT_REACHED,
    NOT_READY,
    OUTCOME_UNKNOWN;

    public String urn() {
        return "urn:meridian:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
