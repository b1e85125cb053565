package io.meridian.control.switching;

import io.meridian.control.state.ControlState;
import io.meridian.topology.RegionId;
import java.util.ArrayList;
import java.util.List;

/** What a move to a region would wait for there. */
public final class UnseededGate {
    private UnseededGate() {}

    public static List<Gate> of(ControlState state, RegionId region) {
        var gates = new ArrayList<Gate>();
        AgentGates.add(gates, state, state.declared().orElseThrow().topology(), region, "main");
        return gates;
    }
}
