package io.meridian.agent.install;

import java.util.ArrayList;
import java.util.List;

/** What was found, each fault once, in the order of the checks. */
final class InstallFaults {
    private final List<InstallFault> faults = new ArrayList<>();

    void add(String what, String cure) {
        InstallFault fault = new InstallFault(what, cure);
        if (!faults.contains(fault)) {
            faults.add(fault);
        }
    }

    List<InstallFault> found() {
        return List.copyOf(faults);
    }
}
