package io.meridian.drill.injection;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.local.process.ProcessIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a drill has done to the regions and not undone. Each line is on the disk before what it tells of is done, so that a drill that was killed can
 * be undone by whoever finds the file. A file that lies open means that a drill runs, or that one died.
 */
public final class Journal {
    private static final String OPEN = "open.jsonl";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Header header;
    private final Map<Integer, Entry> open = new LinkedHashMap<>();
    private int last;

    /** @param runner the process that runs the drill */
    public record Header(String drill, String scenario, Injector.Kind injector, ProcessIdentity runner) {}

    /** Something to be undone. */
    public sealed interface Entry {
        int id();

        record Broken(int id, Fault fault) implements Entry {}

        /**
         * A run of the control plane that moves shards.
         *
         * @param verb as the API names its kind: EVACUATION, FAILOVER
         * @param at when it was asked for, by this machine's clock
         * @param run empty: the drill died before it knew
         */
        record Switched(int id, String verb, String region, Instant at, Optional<String> run) implements Entry {}
    }

    private Journal(Path file, Header header) {
        this.file = file;
        this.header = header;
    }

    /** @throws FileAlreadyExistsException one lies open in {@code folder} */
    public static Journal begin(Path folder, Header header) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(OPEN);
        Files.createFile(file);
        var journal = new Journal(file, header);
        ObjectNode line = JSON.createObjectNode();
        line.put("drill", header.drill());
        line.put("scenario", header.scenario());
        line.put("injector", header.injector().name());
        line.put("pid", header.runner().pid());
        line.put("startedAtMillis", header.runner().startedAtMillis());
        journal.write(line);
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true); // the file's name, too
        }
        return journal;
    }

    /** What lies open in {@code folder}. */
    public static Optional<Journal> find(Path folder) throws IOException {
        Path file = folder.resolve(OPEN);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<JsonNode> lines = lines(file);
        if (lines.isEmpty()) { // died before its first line was whole, so before it did anything
            return Optional.of(new Journal(file, new Header("", "", Injector.Kind.LOCAL, new ProcessIdentity(0, 0))));
        }
        JsonNode first = lines.getFirst();
        var journal = new Journal(
                file,
                new Header(
                        first.path("drill").asText(),
                        first.path("scenario").asText(),
                        Injector.Kind.valueOf(first.path("injector").asText()),
                        new ProcessIdentity(
                                first.path("pid").asLong(),
                                first.path("startedAtMillis").asLong())));
        for (JsonNode line : lines.subList(1, lines.size())) {
            journal.read(line);
        }
        return Optional.of(journal);
    }

    /** A last line that is not whole was being written when its drill died, so what it tells of was not done. */
    private static List<JsonNode> lines(Path file) throws IOException {
        String text = Files.readString(file);
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        if (whole.length() < text.length()) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(whole.getBytes(StandardCharsets.UTF_8).length); // the next line begins a line
                channel.force(true);
            }
        }
        List<JsonNode> lines = new ArrayList<>();
        for (String line : whole.lines().toList()) {
            try {
                lines.add(JSON.readTree(line));
            } catch (JacksonException damaged) {
                throw new IOException(file + " is damaged: " + damaged.getOriginalMessage(), damaged);
            }
        }
        return lines;
    }

    private void read(JsonNode line) throws IOException {
        if (line.has("undone")) {
            open.remove(line.path("undone").asInt());
            return;
        }
        int id = line.path("id").asInt();
        last = Math.max(last, id);
        if (line.has("fault")) {
            open.put(id, new Entry.Broken(id, JSON.treeToValue(line.path("fault"), Fault.class)));
        } else if (line.has("verb")) {
            open.put(
                    id,
                    new Entry.Switched(
                            id,
                            line.path("verb").asText(),
                            line.path("region").asText(),
                            Instant.parse(line.path("at").asText()),
                            Optional.empty()));
        } else if (open.get(id) instanceof Entry.Switched known) {
            open.put(id, with(known, line.path("run").asText()));
        }
    }

    private static Entry.Switched with(Entry.Switched entry, String run) {
        return new Entry.Switched(entry.id(), entry.verb(), entry.region(), entry.at(), Optional.of(run));
    }

    public Header header() {
        return header;
    }

    /** In the order in which it was done. */
    public synchronized List<Entry> open() {
        return List.copyOf(open.values());
    }

    /** Call before {@code fault} is injected. @return the entry's id */
    public synchronized int breaks(Fault fault) throws IOException {
        int id = ++last;
        ObjectNode line = JSON.createObjectNode().put("id", id);
        line.set("fault", JSON.valueToTree(fault));
        write(line);
        open.put(id, new Entry.Broken(id, fault));
        return id;
    }

    /** Call before the run is asked for. */
    public synchronized int switches(String verb, String region, Instant at) throws IOException {
        int id = ++last;
        write(JSON.createObjectNode()
                .put("id", id)
                .put("verb", verb)
                .put("region", region)
                .put("at", at.toString()));
        open.put(id, new Entry.Switched(id, verb, region, at, Optional.empty()));
        return id;
    }

    public synchronized void isRun(int id, String run) throws IOException {
        if (!(open.get(id) instanceof Entry.Switched entry)) {
            throw new IllegalStateException("entry " + id + " is no open switch");
        }
        write(JSON.createObjectNode().put("id", id).put("run", run));
        open.put(id, with(entry, run));
    }

    public synchronized void undone(int id) throws IOException {
        write(JSON.createObjectNode().put("undone", id));
        open.remove(id);
    }

    private void write(ObjectNode line) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(JSON.writeValueAsString(line) + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** Everything is undone: the journal goes to the drill's own folder. */
    public synchronized void close(Path folder) throws IOException {
        if (!open.isEmpty()) {
            throw new IllegalStateException("not undone yet: " + open.values());
        }
        Files.createDirectories(folder);
        Files.move(file, folder.resolve("journal.jsonl"), StandardCopyOption.REPLACE_EXISTING);
    }
}
