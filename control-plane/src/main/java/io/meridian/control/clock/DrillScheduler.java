package io.meridian.control.clock;

import io.meridian.control.command.Command;
import io.meridian.control.command.CommandPort;
import io.meridian.control.command.Outcome;
import io.meridian.control.drilling.DrillSchedule;
import io.meridian.control.drilling.ScheduledDrills;
import io.meridian.control.drilling.Timetable;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Revision;
import io.meridian.control.state.StateSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/** On the node that leads: looks which drills are due, by the wall clock, and says so to the log, which decides what becomes of it. */
public final class DrillScheduler implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DrillScheduler.class);
    private static final Duration TICK = Duration.ofMillis(500);

    private final CommandPort port;
    private final StateSource source;
    private final Clock clock;
    private final BooleanSupplier leads;
    private final Map<String, Next> nexts = new HashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    /** Reckoned once: of a hundred expressions the next times are no matter of every tick. */
    private record Next(Revision revision, Instant after, Optional<Timetable.Due> due) {}

    public DrillScheduler(CommandPort port, StateSource source, Clock clock, BooleanSupplier leads) {
        this.port = port;
        this.source = source;
        this.clock = clock;
        this.leads = leads;
        thread = Thread.ofVirtual().name("drill-scheduler").start(this::run);
    }

    private void run() {
        while (!closed) {
            try {
                TimeUnit.MILLISECONDS.sleep(TICK.toMillis());
                if (leads.getAsBoolean()) {
                    look();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("looking for drills that are due failed", e);
            }
        }
    }

    private void look() throws InterruptedException {
        ControlState state = source.current();
        nexts.keySet().retainAll(state.drills().schedules().keySet());
        for (DrillSchedule schedule : state.drills().schedules().values()) {
            Optional<Command> wanted =
                    next(schedule).flatMap(due -> ScheduledDrills.wanted(schedule, due, clock.instant()));
            // What comes to nothing, such as another attempt that is refused for the same, is not put into the log.
            if (wanted.isPresent() && comesToSomething(state, wanted.get())) {
                propose(wanted.get());
                return; // What follows is decided on a state that has it.
            }
        }
    }

    private Optional<Timetable.Due> next(DrillSchedule schedule) {
        Next known = nexts.get(schedule.name());
        if (known == null
                || !known.revision().equals(schedule.revision())
                || !known.after().equals(schedule.settled())) {
            known = new Next(schedule.revision(), schedule.settled(), reckoned(schedule));
            nexts.put(schedule.name(), known);
        }
        return known.due();
    }

    /** One that cannot be reckoned, as by a JDK that knows its time zone no more, keeps no other one waiting. */
    private static Optional<Timetable.Due> reckoned(DrillSchedule schedule) {
        try {
            return schedule.declared().timetable().due(schedule.settled());
        } catch (RuntimeException e) {
            LOG.errorf(e, "next time of a schedule is not known, declare it anew schedule=%s", schedule.name());
            return Optional.empty();
        }
    }

    private static boolean comesToSomething(ControlState state, Command wanted) {
        return switch (wanted) {
            case Command.FireSchedule fire -> !ScheduledDrills.fire(state, fire).isEmpty();
            case Command.MissSchedule miss -> !ScheduledDrills.miss(state, miss).isEmpty();
            default -> throw new IllegalStateException("nothing of schedules: " + wanted);
        };
    }

    private void propose(Command wanted) throws InterruptedException {
        if (port.submit(wanted) instanceof Outcome.Committed) {
            LOG.infof("schedule due what=%s", wanted);
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join(2000);
    }
}
