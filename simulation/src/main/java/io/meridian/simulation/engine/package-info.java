/**
 * Simulated time and what happens to machines in it: events in order, clocks that drift, processes that crash and pause, links that go down. Start
 * at {@link io.meridian.simulation.engine.Scheduler}. One thread, one source of chance; knows nothing of Meridian.
 */
@NullMarked
package io.meridian.simulation.engine;

import org.jspecify.annotations.NullMarked;
