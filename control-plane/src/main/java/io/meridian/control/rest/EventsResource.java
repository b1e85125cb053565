package io.meridian.control.rest;

import io.meridian.control.ControlPlane;
import io.meridian.control.state.ControlState;
import io.meridian.topology.ProblemType;
import io.vertx.core.http.HttpServerResponse;
import jakarta.annotation.PreDestroy;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Says that something changed, and where; the reader then fetches. Each reader has a thread that compares the state it was told with the newest,
 * so a slow one skips states and is never queued for, and one that takes nothing at all is dropped. One that comes again with {@code Last-Event-ID}
 * is told what it missed, or {@code compacted}: then it fetches everything.
 */
@Path("/api/v1/events")
@Tag(name = "events")
public class EventsResource {
    private static final Logger LOG = Logger.getLogger(EventsResource.class);
    private static final long TAKE_LIMIT_SECONDS = 10;
    private static final long LIFE_SIGN_SECONDS = 10;

    private final ControlPlane plane;
    private final ChangeHistory history;
    private final int readersLimit;
    private final Semaphore readers;

    public EventsResource(ControlPlane plane, ApiConfig config) {
        this.plane = plane;
        readersLimit = config.eventReaders();
        readers = new Semaphore(readersLimit);
        history = new ChangeHistory(plane.node().applied());
    }

    @PreDestroy
    void stop() throws Exception {
        history.close();
    }

    /** @param revision from which on everything has to be fetched anew */
    record Compacted(long revision) {}

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @ApiOperation("Says that something changed, and where; never ends")
    public void followEvents(
            @Context SseEventSink sink,
            @Context Sse sse,
            @Context HttpServerResponse response,
            @HeaderParam("Last-Event-ID") @Nullable String lastId) {
        if (lastId != null && !lastId.matches("\\d{1,18}")) {
            throw new RefusedException(
                    ProblemType.INVALID_ARGUMENT,
                    "Last-Event-ID '" + lastId + "' is no revision; send the id of an event of this stream, or none");
        }
        if (!readers.tryAcquire()) {
            throw new RefusedException(
                    ProblemType.NOT_READY,
                    readersLimit
                            + " readers follow this node's events already; follow another node's, or raise meridian.api.event-readers");
        }
        Thread.ofVirtual().name("events").start(() -> {
            try (sink) {
                awaitHead(response);
                tell(sink, sse, lastId == null ? Optional.empty() : Optional.of(Long.valueOf(lastId)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.debugf("events reader left why=%s", e);
            } finally {
                readers.release();
            }
        });
    }

    /**
     * The server writes the answer's head once the method above has returned, after a look whether it was written; an event that writes it in between
     * makes a failed request of this one, and a problem document the end of its stream.
     */
    private static void awaitHead(HttpServerResponse response) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TAKE_LIMIT_SECONDS);
        while (!response.headWritten()) {
            if (response.closed() || System.nanoTime() > deadline) {
                throw new TimeoutException("the reader left before its answer began");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private void tell(SseEventSink sink, Sse sse, Optional<Long> last) throws Exception {
        var woken = new Semaphore(1);
        try (AutoCloseable _ = plane.node().applied().onChange(woken::release)) {
            ControlState told = ControlState.empty();
            boolean first = last.isEmpty();
            if (last.isPresent()) {
                Optional<ChangeHistory.Missed> missed = history.since(last.get());
                if (missed.isPresent()) {
                    told = missed.get().state();
                    send(sink, sse, missed.get().change());
                } else {
                    // Behind it comes, as for a new reader, that everything changed.
                    first = true;
                    await(sink.send(sse.newEventBuilder()
                            .name("compacted")
                            .mediaType(MediaType.APPLICATION_JSON_TYPE)
                            .data(new Compacted(
                                    plane.node().applied().current().revision().number()))
                            .build()));
                }
            }
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
