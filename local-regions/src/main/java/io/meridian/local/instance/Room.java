package io.meridian.local.instance;

import io.meridian.local.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the machine has left.
 *
 * @param memoryMib without swapping, and within the container's limit
 * @param diskMib where the checkout is
 */
record Room(long memoryMib, long diskMib) {
    private static final long MIB = 1024 * 1024;

    static Room now() throws IOException {
        return new Room(
                Math.min(availableMib(), cgroupMib()),
                Files.getFileStore(Checkout.root()).getUsableSpace() / MIB);
    }

    private static long availableMib() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith("MemAvailable:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        }
    }

    /** What the container's limit leaves; unlimited when there is none. */
    private static long cgroupMib() {
        try {
            String limit =
                    Files.readString(Path.of("/sys/fs/cgroup/memory.max")).strip();
            if (limit.equals("max")) {
                return Long.MAX_VALUE;
            }
            long used = Long.parseLong(
                    Files.readString(Path.of("/sys/fs/cgroup/memory.current")).strip());
            long reclaimable;
            try (var lines = Files.lines(Path.of("/sys/fs/cgroup/memory.stat"))) {
                reclaimable = lines.filter(line -> line.startsWith("inactive_file "))
                        .mapToLong(line -> Long.parseLong(line.substring("inactive_file ".length())))
                        .sum();
            }
            return (Long.parseLong(limit) - used + reclaimable) / MIB;
        } catch (IOException | NumberFormatException noLimitKnown) {
            return Long.MAX_VALUE;
        }
    }
}
