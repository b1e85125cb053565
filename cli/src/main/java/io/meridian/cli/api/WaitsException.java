package io.meridian.cli.api;

import com.fasterxml.jackson.databind.JsonNode;

/** Nothing was done yet: another person has to approve it. */
public final class WaitsException extends RuntimeException {
    private final String approval;
    private final transient JsonNode document;

    WaitsException(String approval, JsonNode document) {
        super(approval);
        this.approval = approval;
        this.document = document;
    }

    /** Such as ap-1. */
    public String approval() {
        return approval;
    }

    /** As it came. */
    public JsonNode document() {
        return document;
    }
}
