package io.meridian.control.rest;

import io.meridian.control.access.Approval;

/** Carries out of a resource that nothing was done yet: what was asked waits for a second person. */
final class WaitsForApprovalException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Approval approval;

    WaitsForApprovalException(Approval approval) {
        super(approval.id(), null, false, false);
        this.approval = approval;
    }

    Approval approval() {
        return approval;
    }
}
