package io.meridian.local.instance;

import io.meridian.local.process.StartFailedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One command at a time changes an instance: a lock of the operating system, so that a dead command holds none. */
public final class InstanceLock implements AutoCloseable {
    private final FileChannel channel;

    private InstanceLock(FileChannel channel) {
        this.channel = channel;
    }

    public static InstanceLock take(String instance, String command) throws IOException {
        Path folder = Layout.folder(instance);
        Files.createDirectories(folder);
        Path file = folder.resolve("lock");
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            String holder = Files.readString(file).strip();
            throw new StartFailedException(
                    "another command works on instance '" + instance + "' (" + holder + "): wait for it, or end it");
        }
        channel.truncate(0);
        channel.write(StandardCharsets.UTF_8.encode(
                "./meridian " + command + ", pid " + ProcessHandle.current().pid()));
        return new InstanceLock(channel);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException ourOwnProcessHoldsIt) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
