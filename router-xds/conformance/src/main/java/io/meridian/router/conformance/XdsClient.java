package io.meridian.router.conformance;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One stream, as a rule wants it to behave. Delta and state of the world differ only in how requests are put and responses read. */
abstract sealed class XdsClient permits DeltaClient, WorldClient {
    static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int AT_MOST_BYTES = 64 << 20;

    final ManagedChannel channel;
    private final ClientCall<Message, Message> call;
    private final BlockingQueue<Received> responses = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final Map<String, Had> had;
    private final boolean reads;
    private boolean nodeSent;

    /** What a client remembers of a type; all but the nonce outlives the stream. */
    static final class Had {
        final SortedSet<String> names = new TreeSet<>();
        final SortedMap<String, String> versions = new TreeMap<>();
        String version = "";
        String nonce = "";

        Had resumed() {
            var again = new Had();
            again.names.addAll(names);
            again.versions.putAll(versions);
            again.version = version;
            return again;
        }
    }

    /** @param reads false: takes nothing off the stream until {@link #read} */
    @SuppressWarnings("unchecked") // the variant's own messages
    XdsClient(ManagedChannel channel, MethodDescriptor<?, ?> method, Map<String, Had> had, boolean reads) {
        this.channel = channel;
        this.had = had;
        this.reads = reads;
        this.call = channel.newCall(
                (MethodDescriptor<Message, Message>) method,
                CallOptions.DEFAULT.withMaxInboundMessageSize(AT_MOST_BYTES));
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(Message response) {
                        responses.add(read(response));
                        if (reads) {
                            call.request(1);
                        }
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(status);
                    }
                },
                new Metadata());
        if (reads) {
            call.request(1);
        }
    }

    abstract Received read(Message response);

    /** The first request for {@code kind}, or one for more names. */
    abstract void ask(Kind kind, String... names);

    abstract void drop(Kind kind, String... names);

    /** The first request after a reconnect: with what was had. */
    abstract void resume(Kind kind);

    abstract void accept(Received response);

    abstract void refuse(Received response);

    /** Repeats a request with a nonce of its own choice, and {@code names} more. */
    abstract void askWithNonce(Kind kind, String nonce, String... names);

    /** A request for a type by its URL, with or without the node. */
    abstract void askRaw(String typeUrl, String node);

    /** A new stream that remembers what this one had. */
    abstract XdsClient again(ManagedChannel to);

    final Had had(Kind kind) {
        return had.computeIfAbsent(kind.url(), _ -> new Had());
    }

    final Map<String, Had> remembered() {
        var copy = new HashMap<String, Had>();
        had.forEach((type, each) -> copy.put(type, each.resumed()));
        return copy;
    }

    /** The node is named in the first request only, as the protocol allows. */
    final String nodeOnce() {
        String node = nodeSent ? "" : "conformance-1";
        nodeSent = true;
        return node;
    }

    final void send(Message request) {
        call.sendMessage(request);
    }

    final void takeOne() {
        call.request(1);
    }

    final Received next() throws InterruptedException {
        Received response = responses.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (response == null) {
            throw new RuleBrokenException("no response within " + PATIENCE.toSeconds() + " s"
                    + (end.isDone() ? "; the stream ended: " + end.join() : ""));
        }
        if (response.duplicate()) {
            throw new RuleBrokenException("a name came twice in one response");
        }
        return response;
    }

    final Received nextAccepted() throws InterruptedException {
        Received response = next();
        accept(response);
        return response;
    }

    /** Everything that comes within {@code time}, unanswered. */
    final List<Received> within(Duration time) throws InterruptedException {
        var all = new ArrayList<Received>();
        long last = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = last - System.nanoTime()) {
            Received response = responses.poll(left, TimeUnit.NANOSECONDS);
            if (response != null) {
                all.add(response);
            }
        }
        return all;
    }

    final void silent() throws InterruptedException {
        List<Received> unwanted = within(Duration.ofMillis(400));
        if (!unwanted.isEmpty()) {
            Received first = unwanted.getFirst();
            throw new RuleBrokenException("sent unasked: " + first.contents() + " removed " + first.removed());
        }
        if (end.isDone()) {
            throw new RuleBrokenException("the stream ended: " + end.join());
        }
    }

    final Status end() throws InterruptedException {
        try {
            return end.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new RuleBrokenException("the stream goes on");
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    final boolean reads() {
        return reads;
    }

    final void close() {
        call.cancel("the rule is done", null);
    }
}
