package io.meridian.control.rest;

import io.meridian.control.ControlPlane;
import io.meridian.control.state.ControlState;
import io.meridian.topology.ProblemType;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Says that something changed, and where; the reader then fetches. Each reader has a thread that compares the state it was told with the newest,
 * so a slow one skips states and is never queued for, and one that takes nothing at all is dropped.
 */
@Path("/api/v1/events")
public class EventsResource {
    private static final Logger LOG = Logger.getLogger(EventsResource.class);
    private static final int READERS_LIMIT = 64;
    private static final long TAKE_LIMIT_SECONDS = 10;
    private static final long LIFE_SIGN_SECONDS = 10;

    private final ControlPlane plane;
    private final Semaphore readers = new Semaphore(READERS_LIMIT);

    public EventsResource(ControlPlane plane) {
        this.plane = plane;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void follow(@Context SseEventSink sink, @Context Sse sse) {
        if (!readers.tryAcquire()) {
            throw new RefusedException(
                    ProblemType.NOT_READY, READERS_LIMIT + " readers follow this node's events already");
        }
        Thread.ofVirtual().name("events").start(() -> {
            try (sink) {
                tell(sink, sse);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.debugf("events reader left why=%s", e);
            } finally {
                readers.release();
            }
        });
    }

    private void tell(SseEventSink sink, Sse sse) throws Exception {
        var woken = new Semaphore(1);
        try (AutoCloseable _ = plane.node().applied().onChange(woken::release)) {
            ControlState told = ControlState.empty();
            boolean first = true;
            while (!sink.isClosed()) {
                boolean changed = woken.tryAcquire(LIFE_SIGN_SECONDS, TimeUnit.SECONDS);
                woken.drainPermits();
                ControlState state = plane.node().applied().current();
                Change change = Change.between(told, state);
                if (first || !change.empty()) {
                    send(sink, sse, change);
                } else if (!changed) {
                    await(sink.send(sse.newEventBuilder().comment("still here").build()));
                }
                told = state;
                first = false;
            }
        }
    }

    private static void send(SseEventSink sink, Sse sse, Change change)
            throws ExecutionException, InterruptedException, TimeoutException {
        await(sink.send(sse.newEventBuilder()
                .name("change")
                .id(Long.toString(change.revision()))
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(change)
                .build()));
    }

    private static void await(java.util.concurrent.CompletionStage<?> sending)
            throws ExecutionException, InterruptedException, TimeoutException {
        sending.toCompletableFuture().get(TAKE_LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
