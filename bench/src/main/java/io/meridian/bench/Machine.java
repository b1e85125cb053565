package io.meridian.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was measured on: no number means much without it.
 *
 * @param load average of the last minute when the bench began; null where the system does not tell
 */
record Machine(int cores, double memoryGiB, @Nullable Double load) {
    static Machine here() {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        double average = system.getSystemLoadAverage();
        return new Machine(
                system.getAvailableProcessors(),
                Math.round(system.getTotalMemorySize() / (double) (1L << 30) * 10) / 10.0,
                average < 0 ? null : (Double) (Math.round(average * 100) / 100.0));
    }

    Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("cores", cores);
        json.put("memoryGiB", memoryGiB);
        json.put("load", load);
        return json;
    }
}
