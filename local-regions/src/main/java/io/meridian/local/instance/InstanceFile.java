package io.meridian.local.instance;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.meridian.local.Ports;
import io.meridian.local.process.Folders;
import io.meridian.local.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code instance.json}: addresses, and the processes that were started, as far as they are known. Written whole and atomically, also in the
 * middle of a start, so that whatever runs can be found again.
 *
 * @param groups store groups; 0: written before there were several, so one
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record InstanceFile(
        String name,
        int base,
        State state,
        int groups,
        List<Region> regions,
        String api,
        String console,
        String links,
        String tokenFile,
        List<Started> processes) {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /** How far the last command came. */
    public enum State {
        STARTING,
        RUNNING,
        STOPPED
    }

    /** Addresses of a region. {@code agent} and {@code postgres} are those of the first store group, {@code stores} has all. {@code zones}: name to host:port. */
    public record Region(
            String name,
            String edge,
            String api,
            String feed,
            String hold,
            String ads,
            String router,
            String agent,
            String postgres,
            String kafka,
            String envoyAdmin,
            Map<String, String> zones,
            @Nullable List<Store> stores) {}

    /** @param agent HTTP, @param postgres JDBC */
    public record Store(String group, String shards, String agent, String postgres) {}

    /** A process that was started; whether it still runs must be asked. */
    public record Started(String name, long pid, long startedAtMillis, String log) {
        public ProcessIdentity identity() {
            return new ProcessIdentity(pid, startedAtMillis);
        }
    }

    /** Of an instance of which nothing runs yet. */
    public static InstanceFile of(Layout layout) {
        String api = "http://" + layout.address(layout.regions().getFirst(), Ports.Part.CONTROL_HTTP);
        return new InstanceFile(
                layout.name(),
                layout.base(),
                State.STOPPED,
                layout.groupCount(),
                layout.regions().stream().map(region -> region(layout, region)).toList(),
                api,
                api + "/",
                "http://127.0.0.1:" + layout.ports().linkControl(),
                layout.token().toString(),
                List.of());
    }

    private static Region region(Layout layout, String region) {
        return new Region(
                region,
                "http://" + layout.address(region, Ports.Part.ENVOY_EDGE),
                "http://" + layout.address(region, Ports.Part.CONTROL_HTTP),
                layout.address(region, Ports.Part.CONTROL_FEED),
                layout.address(region, Ports.Part.ROUTER_HOLD),
                layout.address(region, Ports.Part.ROUTER_ADS),
                "http://" + layout.address(region, Ports.Part.ROUTER_HTTP),
                "http://" + layout.address(region, Ports.Part.AGENT_HTTP),
                "jdbc:postgresql://" + layout.address(region, Ports.Part.POSTGRES) + "/ledger",
                layout.address(region, Ports.Part.KAFKA),
                "http://" + layout.address(region, Ports.Part.ENVOY_ADMIN),
                layout.zones(region),
                layout.groups().stream()
                        .map(group -> new Store(
                                group.name(),
                                group.range(),
                                "http://" + layout.address(region, group),
                                layout.store(region, group)))
                        .toList());
    }

    /** Absent when the instance was never started, or was reset. */
    public static Optional<InstanceFile> read(String instance) throws IOException {
        Path file = path(instance);
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), InstanceFile.class));
        } catch (NoSuchFileException never) {
            return Optional.empty();
        } catch (com.fasterxml.jackson.core.JacksonException damaged) {
            throw new IOException(file + " is damaged: " + damaged.getOriginalMessage(), damaged);
        }
    }

    public void write() throws IOException {
        Folders.write(path(name), JSON.writeValueAsString(this) + "\n", "rw-r--r--");
    }

    public Layout layout() {
        return new Layout(name, base, regions.stream().map(Region::name).toList(), Math.max(1, groups));
    }

    public Optional<Started> process(String process) {
        return processes.stream()
                .filter(started -> started.name().equals(process))
                .findFirst();
    }

    public InstanceFile with(State newState) {
        return new InstanceFile(name, base, newState, groups, regions, api, console, links, tokenFile, processes);
    }

    /** With {@code process} in place of what had its name. */
    public InstanceFile with(Started process) {
        List<Started> all = new ArrayList<>(without(process.name()).processes());
        all.add(process);
        return new InstanceFile(name, base, state, groups, regions, api, console, links, tokenFile, List.copyOf(all));
    }

    public InstanceFile without(String process) {
        return new InstanceFile(
                name,
                base,
                state,
                groups,
                regions,
                api,
                console,
                links,
                tokenFile,
                processes.stream()
                        .filter(started -> !started.name().equals(process))
                        .toList());
    }

    private static Path path(String instance) {
        return Layout.folder(instance).resolve("instance.json");
    }
}
