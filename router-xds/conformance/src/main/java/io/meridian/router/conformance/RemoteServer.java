package io.meridian.router.conformance;

/** One that runs somewhere: what it serves is its own affair, so only the rules about streams as such can be tried. */
final class RemoteServer implements ServerUnderTest {
    private final String host;
    private final int port;

    private RemoteServer(String host, int port) {
        this.host = host;
        this.port = port;
    }

    static Provider provider(String host, int port) {
        return new Provider() {
            @Override
            public String name() {
                return host + ":" + port;
            }

            @Override
            public ServerUnderTest start() {
                return new RemoteServer(host, port);
            }
        };
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void publish(Snapshot snapshot) throws CannotException {
        throw new CannotException("needs to tell the server what to serve");
    }

    @Override
    public void close() {}
}
