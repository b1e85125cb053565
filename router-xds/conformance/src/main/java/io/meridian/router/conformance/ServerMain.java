package io.meridian.router.conformance;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * One server as a process of its own, for benches: {@code ServerMain meridian | java-control-plane}. It prints its port and then obeys its
 * standard input, a line each: {@code publish REVISION NUMBER BYTES} (one route configuration of about that size, named {@code edge}, the same
 * for the same number), {@code heap} (bytes, after a collection), {@code cpu} (nanoseconds so far). It ends with its input.
 */
public final class ServerMain {
    private ServerMain() {}

    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        Logger.getLogger("").setLevel(Level.OFF);
        ServerUnderTest.Provider provider = switch (arguments[0]) {
            case "meridian" -> MeridianServer.provider();
            case "java-control-plane" -> JavaControlPlaneServer.provider();
            default -> throw new IllegalStateException("no such server: " + arguments[0]);
        };
        try (var server = provider.start();
                var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(server.port());
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                obey(server, line.split(" "));
            }
        }
        System.exit(0);
    }

    private static void obey(ServerUnderTest server, String[] order)
            throws ServerUnderTest.CannotException, IOException {
        switch (order[0]) {
            case "publish" -> {
                long revision = Long.parseLong(order[1]);
                server.publish(Snapshot.NOTHING
                        .with(Kind.ROUTE, "edge=" + order[2] + "x".repeat(Integer.parseInt(order[3])))
                        .at(revision));
            }
            case "heap" -> {
                System.gc();
                System.gc();
                System.out.println(
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            }
            case "cpu" ->
                System.out.println(
                        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime());
            default -> throw new IOException("no such order: " + order[0]);
        }
    }
}
