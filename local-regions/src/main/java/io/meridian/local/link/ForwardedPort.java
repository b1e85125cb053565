package io.meridian.local.link;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One listening port whose connections are passed on to one target. Closed while it is down, so that connecting is refused. */
final class ForwardedPort {
    private static final int CONNECT_MILLIS = 2_000;

    private final InetSocketAddress listening;
    private final InetSocketAddress target;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile LinkState state = LinkState.UP;
    private @Nullable ServerSocket server;

    ForwardedPort(int port, int targetPort) throws IOException {
        this.listening = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
        this.server = open();
    }

    LinkState state() {
        return state;
    }

    int number() {
        return listening.getPort();
    }

    int connections() {
        return connections.size();
    }

    void set(LinkState wanted) throws IOException {
        lock.lock();
        try {
            state = wanted;
            changed.signalAll();
            switch (wanted.passage()) {
                case UP, STALLED -> {
                    if (server == null) {
                        server = open();
                    }
                }
                case DOWN -> {
                    if (server != null) {
                        server.close();
                        server = null;
                    }
                    connections.forEach(ProxiedConnection::reset);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns at once unless stalled. */
    void awaitPassage() throws InterruptedException {
        if (state.passage() != LinkState.Passage.STALLED) {
            return;
        }
        lock.lockInterruptibly();
        try {
            while (state.passage() == LinkState.Passage.STALLED) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private ServerSocket open() throws IOException {
        var fresh = new ServerSocket();
        fresh.setReuseAddress(true);
        try {
            fresh.bind(listening, 512);
        } catch (IOException taken) {
            fresh.close();
            throw new IOException("port " + listening.getPort() + ": " + taken.getMessage(), taken);
        }
        Thread.ofVirtual().name("link-accept-" + listening.getPort()).start(() -> accept(fresh));
        return fresh;
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket client = from.accept();
                Thread.ofVirtual().name("link-" + listening.getPort()).start(() -> pass(client));
            } catch (IOException closed) {
                // the loop's condition decides
            }
        }
    }

    private void pass(Socket client) {
        var upstream = new Socket();
        var connection = new ProxiedConnection(this, client, upstream);
        connections.add(connection);
        try {
            awaitPassage();
            if (state.passage() == LinkState.Passage.DOWN) {
                return;
            }
            upstream.connect(target, CONNECT_MILLIS);
            connection.run();
        } catch (IOException unreachable) {
            // the client is reset below, as it would be by a target that is not there
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            connection.reset();
            connections.remove(connection);
        }
    }
}
