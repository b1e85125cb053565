package io.meridian.agent.running;

/** What one thread does until it is asked to stop. */
@FunctionalInterface
public interface Work {
    /**
     * Runs until {@code running} says otherwise; called again, after a pause, when it throws. Everything it opened it closes.
     *
     * @throws Exception an outage, or a state that needs a person: shown as the problem while it lasts
     */
    void run(Running running) throws Exception;
}
