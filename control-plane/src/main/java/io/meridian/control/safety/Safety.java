package io.meridian.control.safety;

import java.time.Instant;
import java.util.Optional;

/** @param brake on until a person releases it: while it is, no run starts and no further wave does; what is in the middle finishes */
public record Safety(Optional<Brake> brake) {
    public record Brake(String reason, Instant since) {}

    public static Safety none() {
        return new Safety(Optional.empty());
    }
}
