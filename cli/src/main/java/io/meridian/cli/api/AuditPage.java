package io.meridian.cli.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * @param head hash of the newest entry there is
 * @param next cursor; null: this is the last page
 * @param missing what the node that answered does not have
 */
public record AuditPage(
        long count,
        @Nullable String head,
        List<AuditEntry> entries,
        @Nullable String next,
        List<Missing> missing) {
    public record Missing(long from, long to) {}
}
