package io.meridian.router.view;

/**
 * The newest truth that a router holds.
 *
 * @param revision of the control plane's state
 */
public record RoutingView(long revision, Routing routing) {
    /** What a router holds before it has heard anything. */
    public static final RoutingView NOTHING = new RoutingView(0, Routing.NOTHING);

    /**
     * Takes a message in. One that is older than what is held changes nothing: a router that attaches to a node which lags
     * behind keeps what it knows, and since messages carry whole items as they are at their revision, later ones of that node fit on top.
     */
    public RoutingView after(ViewChange change) {
        if (change.revision() < revision) {
            return this;
        }
        return switch (change) {
            case ViewChange.Complete complete ->
                new RoutingView(
                        complete.revision(),
                        complete.places()
                                .map(places -> Routing.of(places, complete.shards(), complete.routes()))
                                .orElse(Routing.NOTHING));
            case ViewChange.Partial partial ->
                new RoutingView(
                        partial.revision(),
                        partial.places().isEmpty() && partial.routes().isEmpty()
                                ? routing
                                : routing.with(partial.places().orElse(routing.places()), partial.routes()));
        };
    }
}
