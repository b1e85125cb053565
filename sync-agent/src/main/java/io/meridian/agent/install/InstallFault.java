package io.meridian.agent.install;

/** What stands in the way of the fence, and how to mend it. */
public record InstallFault(String what, String cure) {
    @Override
    public String toString() {
        return what + "\n    cure: " + cure;
    }
}
