package io.meridian.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.meridian.local.instance.InstanceFile;
import io.meridian.local.instance.Layout;
import io.meridian.local.service.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Which processes run, and what they cost.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:all of it runs", "3:something does not"})
final class StatusCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Mixin
    private InstanceOption instance = new InstanceOption();

    @Option(names = "--json", description = "for programs")
    private boolean json;

    /** {@code pid} 0: it was not started, or was stopped. */
    private record Line(String name, long pid, boolean running, long memoryMib, String log) {}

    @Override
    public Integer call() throws IOException {
        LocalInstance known = instance.existing();
        List<Line> lines = lines(known);
        boolean all = lines.stream().allMatch(Line::running);
        if (json) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("name", known.file().name());
            document.put("running", all);
            document.put("state", known.file().state());
            document.put("memoryMib", lines.stream().mapToLong(Line::memoryMib).sum());
            document.put("api", known.file().api());
            document.put("console", known.file().console());
            document.put("tokenFile", known.file().tokenFile());
            document.put("links", known.file().links());
            document.put("regions", known.file().regions());
            document.put("processes", lines);
            System.out.println(JSON.writeValueAsString(document));
        } else {
            show(known.file(), lines, all);
        }
        return all ? 0 : 3;
    }

    private static void show(InstanceFile file, List<Line> lines, boolean all) {
        for (Line line : lines) {
            String state = line.running()
                    ? "pid " + line.pid()
                    : line.pid() == 0 ? "stopped" : "DEAD (was pid " + line.pid() + ")";
            String memory = line.running() ? line.memoryMib() + " MiB" : "";
            System.out.printf(
                    " %-22s %-24s %9s  %s%n",
                    line.name(), state, memory, line.running() || line.pid() == 0 ? "" : line.log());
        }
        long running = lines.stream().filter(Line::running).count();
        long memory = lines.stream().mapToLong(Line::memoryMib).sum();
        System.out.printf(
                " %d of %d processes run, %d MiB; edges %s%n",
                running,
                lines.size(),
                memory,
                String.join(
                        " ",
                        file.regions().stream().map(InstanceFile.Region::edge).toList()));
        if (!all) {
            System.out.println(" ./meridian up" + Layout.flag(file.name()) + " starts what is missing");
        }
    }

    private static List<Line> lines(LocalInstance instance) {
        List<String> names = new ArrayList<>(List.of("links"));
        for (String region : instance.regions()) {
            for (Service service : Service.of(instance.layout())) {
                names.add(region + "/" + service.name());
            }
        }
        return names.stream().map(name -> line(instance, name)).toList();
    }

    private static Line line(LocalInstance instance, String name) {
        LocalProcess process = instance.process(name);
        long recorded =
                instance.file().process(name).map(InstanceFile.Started::pid).orElse(0L);
        boolean running = process.alive();
        return new Line(
                name,
                recorded,
                running,
                running ? memoryMib(recorded) : 0,
                process.log().toString());
    }

    /** Its share of memory (PSS), so that pages that several share are counted once; PostgreSQL's is the main process' with all its children. */
    private static long memoryMib(long pid) {
        long kib = proportionalKib(pid);
        kib += ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .mapToLong(child -> proportionalKib(child.pid()))
                .sum();
        return kib / 1024;
    }

    private static long proportionalKib(long pid) {
        try (var fields = Files.lines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
            return fields.filter(field -> field.startsWith("Pss:"))
                    .mapToLong(field -> Long.parseLong(field.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException | java.io.UncheckedIOException notReadable) {
            return 0;
        }
    }
}
