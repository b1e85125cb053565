package io.meridian.simulation.control;

import io.meridian.simulation.engine.Links;
import io.meridian.simulation.engine.Machine;
import io.meridian.simulation.engine.Pipe;
import io.meridian.simulation.engine.Scheduler;
import io.meridian.topology.RegionId;
import java.util.function.Consumer;

/** A stream that an agent or a router opened to a node, as both ends hold it. @param <V> what comes down */
public final class Call<V> {
    private final Links<RegionId> links;
    private final RegionId from;
    private final RegionId to;
    private final Pipe<RegionId> up;
    private final Pipe<RegionId> down;
    private final Machine client;
    private final Consumer<V> onView;
    private final Runnable onEnd;
    private boolean over;

    /** @param onEnd the other end is known to have ended it: called at most once, on the client's machine */
    public Call(
            Scheduler scheduler,
            Links<RegionId> links,
            RegionId from,
            RegionId to,
            Machine client,
            Consumer<V> onView,
            Runnable onEnd) {
        this.links = links;
        this.from = from;
        this.to = to;
        this.up = new Pipe<>(scheduler, links, from, to);
        this.down = new Pipe<>(scheduler, links, to, from);
        this.client = client;
        this.onView = onView;
        this.onEnd = client.bound(onEnd);
    }

    /** The client's first message; a node that is down refuses the connection at once, if the network lets it. */
    public void begin(Machine node, Runnable arrive) {
        up.send(() -> {
            if (node.up()) {
                node.bound(arrive).run();
            } else {
                endByNode();
            }
        });
    }

    /** The client says something; {@code arrive} happens at the node. */
    public void say(Machine node, Runnable arrive) {
        up.send(node.bound(arrive));
    }

    void tell(V view) {
        down.send(client.bound(() -> {
            if (!over) {
                onView.accept(view);
            }
        }));
    }

    void endByNode() {
        down.send(() -> {
            if (!over) {
                over = true;
                onEnd.run();
            }
        });
        up.close();
    }

    /** The client turns away, or is gone; the node sees the connection break if the network lets it. */
    public void endByClient(Machine node, Runnable broken) {
        over = true;
        links.send(from, to, node.bound(broken));
        up.close();
        down.close();
    }
}
