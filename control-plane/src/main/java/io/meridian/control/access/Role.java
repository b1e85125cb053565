package io.meridian.control.access;

import java.util.Locale;
import java.util.Optional;

/** What somebody may do. Names in the API and the CLI are small letters. */
public enum Role {
    /** Sees everything. */
    VIEWER,
    /** Also lets changes be planned, as dry runs. */
    PLANNER,
    /** Sees everything, and is the second person for what another one asked for. */
    APPROVER,
    /** Changes things; for some of them a second person has to agree. */
    OPERATOR,
    /** Operator and approver alone, for the night when nobody else is there. Every use rings. */
    BREAKGLASS;

    /** Whoever has this role may do what {@code other} may. */
    public boolean includes(Role other) {
        return switch (this) {
            case VIEWER -> other == VIEWER;
            case PLANNER -> other == VIEWER || other == PLANNER;
            case APPROVER -> other == VIEWER || other == APPROVER;
            case OPERATOR -> other == VIEWER || other == PLANNER || other == OPERATOR;
            case BREAKGLASS -> true;
        };
    }

    /** As written in documents. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> read(String text) {
        for (Role role : values()) {
            if (role.text().equals(text)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
