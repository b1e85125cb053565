package io.meridian.ledger.books;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Stands between a client and PostgreSQL; cuts the connection at the next COMMIT: before it reaches the server, or after the server's answer. */
final class CommitCutter implements AutoCloseable {
    enum Cut {
        NONE,
        BEFORE_THE_SERVER,
        AFTER_THE_SERVER
    }

    private final ServerSocket clients = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicReference<Cut> next = new AtomicReference<>(Cut.NONE);
    private final int server;

    CommitCutter(int server) throws IOException {
        this.server = server;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return clients.getLocalPort();
    }

    void cutNextCommit(Cut cut) {
        next.set(cut);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = clients.accept();
                Socket store = new Socket(InetAddress.getLoopbackAddress(), server);
                var answersSwallowed = new AtomicBoolean();
                Thread.ofVirtual().start(() -> requests(client, store, answersSwallowed));
                Thread.ofVirtual().start(() -> answers(client, store, answersSwallowed));
            }
        } catch (IOException closed) {
            // the end
        }
    }

    private void requests(Socket client, Socket store, AtomicBoolean answersSwallowed) {
        byte[] part = new byte[16_384];
        try (client;
                store) {
            InputStream in = client.getInputStream();
            for (int length = in.read(part); length > 0; length = in.read(part)) {
                boolean commit = new String(part, 0, length, StandardCharsets.ISO_8859_1).contains("COMMIT");
                Cut cut = commit ? next.getAndSet(Cut.NONE) : Cut.NONE;
                if (cut == Cut.BEFORE_THE_SERVER) {
                    return;
                }
                answersSwallowed.set(cut == Cut.AFTER_THE_SERVER);
                store.getOutputStream().write(part, 0, length);
            }
        } catch (IOException broken) {
            // as a broken link
        }
    }

    private static void answers(Socket client, Socket store, AtomicBoolean swallowed) {
        byte[] part = new byte[16_384];
        try (client;
                store) {
            InputStream in = store.getInputStream();
            OutputStream out = client.getOutputStream();
            for (int length = in.read(part); length > 0; length = in.read(part)) {
                if (swallowed.get()) {
                    return;
                }
                out.write(part, 0, length);
            }
        } catch (IOException broken) {
            // as a broken link
        }
    }

    @Override
    public void close() throws IOException {
        clients.close();
    }
}
