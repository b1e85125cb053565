package io.meridian.control.rest;

import io.meridian.control.switching.Gate;
import io.meridian.control.switching.Run;
import java.util.List;

/**
 * A gate as the API shows it.
 *
 * @param about a region, a link, a router; empty: the whole
 * @param state OPEN, CLOSED, or UNKNOWN, which is as good as closed
 * @param hard nobody may answer for it
 * @param forced somebody did
 * @param says what stands in the way; empty when it is open
 */
record GateJson(
        String name,
        String about,
        String value,
        String limit,
        String state,
        boolean hard,
        boolean forced,
        String says) {

    static List<GateJson> of(List<Gate> gates, Run run) {
        return gates.stream()
                .map(gate -> new GateJson(
                        gate.name().text(),
                        gate.about(),
                        gate.value(),
                        gate.limit(),
                        gate.standing().name(),
                        !gate.soft(),
                        !gate.open() && gate.soft() && run.handling().forced().contains(gate.name()),
                        gate.says()))
                .toList();
    }

    boolean inTheWay() {
        return !state.equals(Gate.Standing.OPEN.name()) && !forced;
    }
}
