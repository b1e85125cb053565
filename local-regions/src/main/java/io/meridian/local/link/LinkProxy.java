package io.meridian.local.link;

import java.io.IOException;

/** One way to one port of another region, for tests that need no whole instance: what {@link LinkProxies} has many of. */
public final class LinkProxy implements AutoCloseable {
    private final ForwardedPort port;

    private LinkProxy(ForwardedPort port) {
        this.port = port;
    }

    /** @param targetPort connected to when somebody connects, so nothing has to listen there yet */
    public static LinkProxy open(int port, int targetPort) throws IOException {
        return new LinkProxy(new ForwardedPort(port, targetPort));
    }

    public String address() {
        return "127.0.0.1:" + port.number();
    }

    public void set(LinkState state) throws IOException {
        port.set(state);
    }

    @Override
    public void close() throws IOException {
        port.set(LinkState.DOWN);
    }
}
