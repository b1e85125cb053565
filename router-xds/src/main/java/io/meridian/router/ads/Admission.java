package io.meridian.router.ads;

import io.meridian.router.compile.Scope;
import java.util.Optional;

/** Whether a client is served, and what. */
sealed interface Admission {
    /** @param certified node that its certificate names; empty: it has shown none, and is whom it says */
    record Admitted(Optional<String> certified, Scope scope) implements Admission {}

    record TurnedAway(String why) implements Admission {}

    /** Without TLS, as on a loopback: everybody gets everything. */
    Admitted ANYBODY = new Admitted(Optional.empty(), new Scope.Region());
}
