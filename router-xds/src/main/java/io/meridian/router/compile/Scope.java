package io.meridian.router.compile;

/** How much of a region an Envoy is served. */
public sealed interface Scope {
    /** An edge or gateway: all of the region. */
    record Region() implements Scope {}

    /** An Envoy beside one service. */
    record Service(String name) implements Scope {}
}
