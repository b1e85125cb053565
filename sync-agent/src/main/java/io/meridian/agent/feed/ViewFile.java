package io.meridian.agent.feed;

import io.meridian.wire.AgentView;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The last state that was heard, kept over a restart without a control plane. It proves nothing: fences are opened by what their own database says
 * (its lease row refuses knowledge that is too old), so a lost or stale file costs time only.
 */
public final class ViewFile {
    private static final Logger LOG = Logger.getLogger(ViewFile.class);
    private final Path file;
    private final String group;

    public ViewFile(Path folder, String group) {
        this.file = folder.resolve("view-" + group + ".bin");
        this.group = group;
    }

    public DesiredState load() {
        return read().map(DesiredState.NOTHING::merge)
                .map(DesiredState::withoutSeedings)
                .orElse(DesiredState.NOTHING);
    }

    /** Whole or not at all. */
    public void save(DesiredState state) {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(next, ViewMapper.toMessage(state).toByteArray());
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warnf("last view not kept file=%s problem=%s", file, e.toString());
        }
    }

    private Optional<DesiredState.View> read() {
        try {
            return Files.exists(file)
                    ? Optional.of(ViewMapper.fromMessage(AgentView.parseFrom(Files.readAllBytes(file)), group))
                    : Optional.empty();
        } catch (IOException | IllegalStateException e) {
            LOG.warnf("last view not readable, starting without file=%s problem=%s", file, e.toString());
            return Optional.empty();
        }
    }
}
