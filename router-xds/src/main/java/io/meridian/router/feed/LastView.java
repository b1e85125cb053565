package io.meridian.router.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meridian.router.view.RoutingView;
import io.meridian.wire.RouterView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jboss.logging.Logger;

/** The last truth on disk, so that a router restarts without a control plane: a CRC-32 and a complete {@code RouterView}. */
public final class LastView {
    private static final Logger LOG = Logger.getLogger(LastView.class);

    private final Path file;

    /** @param folder made when it is not there */
    public LastView(Path folder) {
        this.file = folder.resolve("view.pb");
    }

    /** Empty when there is none, or when it cannot be read: then the control plane is asked, nothing is guessed. */
    public Optional<RoutingView> read() {
        try {
            var content = ByteBuffer.wrap(Files.readAllBytes(file));
            if (content.remaining() <= Long.BYTES || content.getLong() != checksum(content)) {
                LOG.warnf("last view ignored, it is damaged file=%s", file);
                return Optional.empty();
            }
            return Optional.of(RoutingView.NOTHING.after(ViewMapper.change(RouterView.parseFrom(content))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (InvalidProtocolBufferException garbled) {
            LOG.warnf("last view ignored, it is not a view file=%s", file);
            return Optional.empty();
        } catch (IOException failed) {
            LOG.warnf(failed, "last view ignored, it cannot be read file=%s", file);
            return Optional.empty();
        }
    }

    /** Written beside, forced to disk, renamed: a crash leaves the old one or the new one. */
    public void write(RoutingView view) throws IOException {
        byte[] message = ViewMapper.message(view).toByteArray();
        var content = ByteBuffer.allocate(Long.BYTES + message.length);
        content.putLong(checksum(ByteBuffer.wrap(message))).put(message).flip();
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path fresh = file.resolveSibling("view.pb.new");
        try (var channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static long checksum(ByteBuffer content) {
        var crc = new CRC32();
        crc.update(content.slice());
        return crc.getValue();
    }
}
