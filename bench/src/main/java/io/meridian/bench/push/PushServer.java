package io.meridian.bench.push;

import io.meridian.router.conformance.ServerMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An ADS server in a process of its own, the same way for each. */
public final class PushServer implements AutoCloseable {
    private static final int STOP_LIMIT_SECONDS = 5;

    private final Process process;
    private final PrintWriter orders;
    private final BufferedReader answers;
    private final int port;

    /** @param name as {@link ServerMain} knows it */
    public PushServer(String name) throws IOException {
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerMain.class.getName(),
                        name))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        orders = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        port = (int) answer();
    }

    public int port() {
        return port;
    }

    /** @param number tells contents apart: the same one gives the same bytes, whatever the revision */
    public void publish(long revision, long number, int bytes) {
        orders.println("publish " + revision + " " + number + " " + bytes);
    }

    /** In use after a collection. */
    public long heapBytes() throws IOException {
        orders.println("heap");
        return answer();
    }

    /** That the process has used so far: unlike time, it is the same whoever else is running. */
    public long cpuNanos() throws IOException {
        orders.println("cpu");
        return answer();
    }

    private long answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the server ended");
        }
        return Long.parseLong(line);
    }

    @Override
    public void close() {
        orders.close();
        try {
            if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
