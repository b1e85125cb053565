package io.meridian.local.postgres;

import java.util.LinkedHashMap;
import java.util.Map;

/** Settings for several servers on one small machine. Durability is not among what was made smaller: fsync and synchronous_commit stay on. */
final class LocalProfile {
    private LocalProfile() {}

    static Map<String, String> settings(int port) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("port", Integer.toString(port));
        settings.put("listen_addresses", "127.0.0.1");
        settings.put("unix_socket_directories", "");
        settings.put("wal_level", "logical");
        settings.put("max_prepared_transactions", "0");
        // About 40 for each of up to four store groups: appliers (sources x partitions), the ledger's pool, the agent's
        // own; and people's sessions.
        settings.put("max_connections", "200");
        settings.put("max_wal_senders", "8");
        settings.put("max_replication_slots", "16");
        settings.put("max_active_replication_origins", "64");
        settings.put("shared_buffers", "32MB");
        settings.put("max_wal_size", "256MB");
        settings.put("min_wal_size", "32MB");
        settings.put("max_worker_processes", "4");
        settings.put("max_parallel_workers", "0");
        settings.put("io_method", "sync");
        settings.put("autovacuum_max_workers", "1");
        settings.put("jit", "off");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("log_line_prefix", "%m [%p] %u@%d ");
        settings.put("log_checkpoints", "off");
        return settings;
    }
}
