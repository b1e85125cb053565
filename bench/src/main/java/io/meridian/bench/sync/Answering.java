package io.meridian.bench.sync;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** The inside of a {@link Worker}: an order a line, an answer a line, until there are no more. */
final class Answering {
    static final String PROBLEM = "problem";
    static final String USE = "use";

    private Answering() {}

    /** Standard output is for answers only. */
    static void quiet() {
        LogManager.getLogManager().reset();
        Logger.getLogger("").setLevel(Level.OFF);
    }

    /** @param problem empty while all is well */
    static void untilTheEnd(Supplier<String> problem) throws IOException {
        var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            System.out.println(
                    switch (order) {
                        case PROBLEM -> problem.get().replace('\n', ' ');
                        case USE -> use();
                        default -> throw new IllegalStateException("order " + order);
                    });
        }
    }

    private static String use() {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime(); // before the collection, which is the bench's doing
        System.gc();
        return cpu + " "
                + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
