package io.meridian.local;

import io.meridian.local.process.StartFailedException;
import io.meridian.local.service.Service;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", mixinStandardHelpOptions = true, description = "Shows the end of a process's log.")
final class LogsCommand implements Callable<Integer> {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final long POLL_MILLIS = 200;

    @Mixin
    private InstanceOption instance = new InstanceOption();

    @Parameters(
            paramLabel = "NAME",
            description = "such as east/sync-agent; without it, the names that there are",
            defaultValue = "")
    private String name = "";

    @Option(
            names = {"-n", "--lines"},
            defaultValue = "200",
            description = "how many lines (default: ${DEFAULT-VALUE})")
    private int lines = 200;

    @Option(
            names = {"-f", "--follow"},
            description = "go on showing what is added, until Ctrl-C")
    private boolean follow;

    @Override
    public Integer call() throws IOException, InterruptedException {
        LocalInstance known = instance.existing();
        List<String> names = names(known);
        if (name.isEmpty()) {
            names.forEach(System.out::println);
            return 0;
        }
        if (!names.contains(name)) {
            throw new StartFailedException(
                    "there is no process '" + name + "'; there are: " + String.join(", ", names));
        }
        Path log = known.process(name).log();
        if (!Files.exists(log)) {
            throw new StartFailedException(name + " has no log yet: " + log);
        }
        show(log);
        return 0;
    }

    private static List<String> names(LocalInstance known) {
        List<String> names = new ArrayList<>(List.of("links"));
        for (String region : known.regions()) {
            for (Service service : Service.of(known.layout())) {
                names.add(region + "/" + service.name());
            }
        }
        return names;
    }

    private void show(Path log) throws IOException, InterruptedException {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(startOfLast(file, lines));
            copy(file);
            while (follow) {
                Thread.sleep(POLL_MILLIS);
                if (file.length() < file.getFilePointer()) {
                    file.seek(0);
                }
                copy(file);
            }
        }
    }

    /** Where the last {@code count} lines begin, looked for from the end. */
    private static long startOfLast(RandomAccessFile file, int count) throws IOException {
        long position = file.length();
        int seen = 0;
        byte[] chunk = new byte[CHUNK_BYTES];
        while (position > 0) {
            int size = (int) Math.min(CHUNK_BYTES, position);
            position -= size;
            file.seek(position);
            file.readFully(chunk, 0, size);
            for (int at = size - 1; at >= 0; at--) {
                boolean last = position + at == file.length() - 1;
                if (chunk[at] == '\n' && !last && ++seen == count) {
                    return position + at + 1;
                }
            }
        }
        return 0;
    }

    private static void copy(RandomAccessFile file) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int count = file.read(chunk); count > 0; count = file.read(chunk)) {
            System.out.print(new String(chunk, 0, count, StandardCharsets.UTF_8));
        }
        System.out.flush();
    }
}
