package io.meridian.local.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** One connection through a link. Each direction has a reader and a writer with a bounded queue between them, so that a delay lengthens the way without narrowing it. */
final class ProxiedConnection {
    private static final int CHUNK_BYTES = 32 * 1024;
    private static final int CHUNKS_UNDERWAY = 64;
    /** Linux's shortest wait before it sends once more; the way itself comes on top. */
    private static final Duration RETRANSMISSION = Duration.ofMillis(200);

    private static final ByteBuffer END = ByteBuffer.allocate(0);

    private record Chunk(ByteBuffer bytes, long readAtNanos) {}

    private final ForwardedPort port;
    private final Socket client;
    private final Socket upstream;

    ProxiedConnection(ForwardedPort port, Socket client, Socket upstream) {
        this.port = port;
        this.client = client;
        this.upstream = upstream;
    }

    /** Returns when both directions have ended. */
    void run() throws IOException, InterruptedException {
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        Thread back = Thread.ofVirtual().name("link-back").start(() -> direction(upstream, client));
        direction(client, upstream);
        back.join();
    }

    /** Closes both ends with a reset; does nothing to ends that are closed. */
    void reset() {
        for (Socket end : new Socket[] {client, upstream}) {
            try {
                if (!end.isClosed()) {
                    end.setSoLinger(true, 0);
                }
            } catch (SocketException closedMeanwhile) {
                // then there is nothing to reset
            }
            try {
                end.close();
            } catch (IOException alreadyGone) {
                // closed is what it should be
            }
        }
    }

    private void direction(Socket source, Socket sink) {
        BlockingQueue<Chunk> underway = new ArrayBlockingQueue<>(CHUNKS_UNDERWAY);
        Thread reader = Thread.ofVirtual().name("link-read").start(() -> read(source, underway));
        try {
            write(sink.getOutputStream(), underway);
            sink.shutdownOutput();
        } catch (IOException broken) {
            reset();
        } catch (InterruptedException interrupted) {
            reset();
            Thread.currentThread().interrupt();
        }
        reader.interrupt();
    }

    private void read(Socket source, BlockingQueue<Chunk> underway) {
        try {
            InputStream in = source.getInputStream();
            byte[] buffer = new byte[CHUNK_BYTES];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                underway.put(new Chunk(ByteBuffer.wrap(Arrays.copyOf(buffer, count)), System.nanoTime()));
            }
            underway.put(new Chunk(END, System.nanoTime()));
        } catch (IOException broken) {
            reset();
            underway.clear();
            underway.offer(new Chunk(END, System.nanoTime()));
        } catch (InterruptedException writerEnded) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(OutputStream out, BlockingQueue<Chunk> underway) throws IOException, InterruptedException {
        var lost = new SplittableRandom(port.number());
        for (Chunk chunk = underway.take(); chunk.bytes().hasRemaining(); chunk = underway.take()) {
            LinkState state = port.state();
            Duration delay = state.delay();
            if (state.lossPercent() > 0 && lost.nextInt(100) < state.lossPercent()) {
                delay = delay.multipliedBy(3).plus(RETRANSMISSION);
            }
            if (delay.isPositive()) {
                long wait = chunk.readAtNanos() + delay.toNanos() - System.nanoTime();
                if (wait > 0) {
                    Thread.sleep(Duration.ofNanos(wait));
                }
            }
            port.awaitPassage();
            out.write(chunk.bytes().array());
        }
    }
}
