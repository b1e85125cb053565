package io.meridian.agent.repair;

/** The order cannot be carried out as it was given; trying again would change nothing. */
public final class RepairRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;

    public RepairRefusedException(String reason) {
        super(reason);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
