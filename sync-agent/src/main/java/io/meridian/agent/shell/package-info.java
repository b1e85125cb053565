/** Quarkus around the agent: configuration, health, metrics. Start at {@link io.meridian.agent.shell.AgentService}. */
@NullMarked
package io.meridian.agent.shell;

import org.jspecify.annotations.NullMarked;
