package io.meridian.local.service;

import io.meridian.local.Checkout;
import io.meridian.local.process.DetachedProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How our own Java processes are started on one small machine: small heaps, one collector thread, and the quick compiler only where CPU is not the point. */
final class JavaCommand {
    private JavaCommand() {}

    /** @param tail what stands behind the options: a main class or {@code -jar}, then arguments */
    static List<String> of(int heapMib, boolean bothCompilers, List<String> tail) {
        List<String> command = new ArrayList<>(List.of(
                DetachedProcess.java(),
                "-Xmx" + heapMib + "m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:ActiveProcessorCount=1",
                "-XX:ReservedCodeCacheSize=64m",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        if (!bothCompilers) {
            command.add("-XX:TieredStopAtLevel=1");
        }
        command.addAll(tail);
        return command;
    }

    /** The runnable jar of a Quarkus module. */
    static Path quarkus(String module) {
        return Checkout.root().resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    }

    /** The class path of a module that was built as a plain jar beside its libraries. */
    static String plain(String module) {
        Path target = Checkout.root().resolve(module).resolve("target");
        return target + "/*:" + target.resolve("lib") + "/*";
    }
}
