package io.meridian.control.state;

import io.meridian.topology.Topology;

/** @param at the revision that brought it */
public record DeclaredTopology(Topology topology, Revision at) {}
