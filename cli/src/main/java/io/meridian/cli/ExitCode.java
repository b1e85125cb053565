package io.meridian.cli;

import io.meridian.cli.api.RefusedException;
import io.meridian.topology.ProblemType;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a command ended, for programs. A number never gets another meaning; docs/cli.md tells what to do about each. From 3 to 6 and with 8
 * nothing was changed; 7 is the only one after which a change may stand that nobody has told of.
 */
public enum ExitCode {
    DONE(0, "done"),
    FAILED(1, "done, and the result is bad: failed, rolled back, not equal, not proven"),
    USAGE(2, "the command line is wrong, or a document that it names"),
    REFUSED(3, "refused by a rule, or for want of a right"),
    NOT_FOUND(4, "something that is named is not there"),
    CONFLICT(5, "something else is in the way: a newer revision, another run, a taken name or key"),
    UNAVAILABLE(6, "the control plane cannot be reached, or cannot answer now"),
    UNKNOWN(7, "not known what became of it: ask again with the same --change-key"),
    WAITS(8, "nothing was done yet: another person has to approve it");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    public int number() {
        return number;
    }

    String meaning() {
        return meaning;
    }

    /** Of a refusal that settles the matter. One that leaves open whether a change took effect is {@link #UNKNOWN}, which the caller knows. */
    static ExitCode of(RefusedException.Problem problem) {
        String type = problem.type() == null ? "" : problem.type();
        Optional<ProblemType> known = Stream.of(ProblemType.values())
                .filter(kind -> kind.urn().equals(type))
                .findFirst();
        return known.map(ExitCode::of).orElseGet(() -> of(problem.status(), type.startsWith("urn:meridian:")));
    }

    /** In the way is what may be gone when the same is asked again; a rule stands until somebody changes what it looks at. */
    private static ExitCode of(ProblemType type) {
        return switch (type) {
            case INVALID_DOCUMENT, INVALID_ARGUMENT, REASON_MISSING -> USAGE;
            case UNAUTHENTICATED,
                    TOKEN_REVOKED,
                    TOKEN_EXPIRED,
                    FORBIDDEN,
                    SECOND_PERSON_NEEDED,
                    TOPOLOGY_CONFLICT,
                    NOT_ELASTIC,
                    NOT_SHARDED,
                    RESIDENCY,
                    NO_ROOM,
                    NOTHING_TO_MOVE,
                    NOT_FORCEABLE,
                    BRAKE_ON,
                    REGION_ALIVE,
                    LOSS_EXCEEDED,
                    TOO_MANY_RUNS,
                    SAFETY_RULE_BROKEN,
                    LOGIC_NOT_SUPPORTED,
                    CLUSTER_NOT_EMPTY,
                    ZONE_PINNED,
                    NOT_REPAIRABLE,
                    NOTHING_TO_REPAIR,
                    NOT_SEEDABLE,
                    NOTHING_TO_SEED,
                    NOT_SEEDED,
                    STORE_NOT_GONE,
                    NOT_SKIPPABLE,
                    LIMIT_REACHED -> REFUSED;
            case NO_TOPOLOGY,
                    UNKNOWN_ZONE,
                    UNKNOWN_REGION,
                    UNKNOWN_GROUP,
                    UNKNOWN_RUN,
                    UNKNOWN_VERIFICATION,
                    UNKNOWN_TABLE,
                    UNKNOWN_VOTER,
                    UNKNOWN_REVISION,
                    UNKNOWN_APPROVAL,
                    UNKNOWN_TOKEN,
                    UNKNOWN_PIN,
                    UNKNOWN_REPAIR,
                    UNKNOWN_SEEDING,
                    UNKNOWN_SCENARIO,
                    UNKNOWN_DRILL,
                    UNKNOWN_SCHEDULE,
                    NO_DRILL_REPORT,
                    UNKNOWN_ORDER,
                    NO_CERTIFICATE,
                    SHARD_OUT_OF_RANGE -> NOT_FOUND;
            case MOVE_OVERLAPS,
                    VERIFICATION_RUNS,
                    RUN_PAST_NO_RETURN,
                    RUN_ENDED,
                    RUN_NOT_PAUSABLE,
                    RUN_MOVED_ON,
                    RUN_UNDER_WAY,
                    FAILOVER_RUNS,
                    REVISION_CONFLICT,
                    VOTERS_CONFLICT,
                    IDEMPOTENCY_KEY_REUSED,
                    APPROVAL_ENDED,
                    NAME_TAKEN,
                    REPAIR_RUNS,
                    SEEDING_RUNS,
                    SEEDING_ENDED,
                    DRILL_RUNS,
                    DRILL_CLAIMED,
                    DRILL_ENDED,
                    REGION_NOT_WHOLE,
                    NOT_PARKED,
                    ORDER_PENDING -> CONFLICT;
            case NOT_READY -> UNAVAILABLE;
            case OUTCOME_UNKNOWN -> UNKNOWN;
        };
    }

    /**
     * What a newer control plane may refuse for, and what something between us and it does.
     *
     * @param ours a control plane says so: from anything else, "there is no such path" tells nothing about what was named
     */
    private static ExitCode of(int status, boolean ours) {
        return switch (status) {
            case 400, 413 -> USAGE;
            case 401, 403, 409 -> REFUSED;
            case 404 -> ours ? NOT_FOUND : UNAVAILABLE;
            case 412, 422, 428 -> CONFLICT;
            default -> UNAVAILABLE;
        };
    }
}
