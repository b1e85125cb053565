package io.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.capture.CaptureSource;
import io.meridian.agent.stream.Outages;
import io.meridian.topology.RegionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentSettingsTest {
    private final Map<String, String> written = new HashMap<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void wellConfigured() throws IOException {
        written.put("meridian.region", "east");
        written.put("meridian.feed.servers", "127.0.0.1:21011, 127.0.0.1:21111");
        written.put("meridian.store.url", "jdbc:postgresql://127.0.0.1:21000/ledger");
        written.put("meridian.store.user", "meridian_agent");
        written.put(
                "meridian.store.password-file",
                Files.writeString(folder.resolve("password"), "secret\n").toString());
        written.put("meridian.kafka.bootstrap", "127.0.0.1:21001");
        written.put("meridian.kafka.peers", "west=127.0.0.1:21060,north=127.0.0.1:21068");
    }

    @Test
    void whatIsNotWrittenHasItsDefault() {
        AgentSettings settings = ((AgentSettings.Reading.Read) read()).settings();

        assertThat(settings.group()).isEqualTo("main");
        assertThat(settings.slot()).isEqualTo("meridian_main");
        assertThat(settings.captureSource()).isEqualTo(CaptureSource.PGOUTPUT);
        assertThat(settings.renewEvery()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.transactionLimit()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.feedServers()).containsExactly("127.0.0.1:21011", "127.0.0.1:21111");
        assertThat(settings.kafkaPeers()).containsEntry(RegionId.of("north"), "127.0.0.1:21068");
        assertThat(settings.store().password()).isEqualTo("secret");
        assertThat(settings.outages()).isEqualTo(Outages.DEFAULT);
    }

    @Test
    void outagesAreToldInHoursAndGigabytes() {
        written.put("meridian.kafka.longest-outage", "72h");
        written.put("meridian.capture.retained-wal-warn", "2GB");

        AgentSettings settings = ((AgentSettings.Reading.Read) read()).settings();

        assertThat(settings.outages()).isEqualTo(new Outages(Duration.ofDays(3), 2L << 30));
    }

    @Test
    void debeziumIsChosenByName() {
        written.put("meridian.capture.source", "debezium");

        assertThat(((AgentSettings.Reading.Read) read()).settings().captureSource())
                .isEqualTo(CaptureSource.DEBEZIUM);
    }

    @Test
    void everyFaultIsToldInOneGoWithKeyValueAndRule() {
        written.put("meridian.regoin", "east");
        written.remove("meridian.region");
        written.put("meridian.feed.servers", "control");
        written.put("meridian.store.password-file", "/nowhere");
        written.put("meridian.kafka.peers", "west");
        written.put("meridian.capture.source", "wal2json");
        written.put("meridian.lease.renew-every", "-2s");
        written.put("meridian.lease.transaction-limit", "soon");
        written.put("meridian.capture.retained-wal-warn", "much");

        assertThat(((AgentSettings.Reading.Faulty) read()).faults())
                .hasSize(9)
                .anySatisfy(fault ->
                        assertThat(fault).isEqualTo("meridian.capture.source=wal2json: must be pgoutput or debezium"))
                .anySatisfy(fault -> assertThat(fault).startsWith("meridian.regoin: is not a key of the agent"))
                .anySatisfy(fault -> assertThat(fault).startsWith("meridian.region=: must be a region's name"))
                .anySatisfy(fault -> assertThat(fault).startsWith("meridian.feed.servers=control: must be host:port"))
                .anySatisfy(
                        fault -> assertThat(fault).startsWith("meridian.store.password-file=/nowhere: cannot be read"))
                .anySatisfy(
                        fault -> assertThat(fault).startsWith("meridian.kafka.peers=west: must be region=host:port"))
                .anySatisfy(fault ->
                        assertThat(fault).startsWith("meridian.lease.renew-every=-2s: must be a duration above zero"))
                .anySatisfy(fault -> assertThat(fault).startsWith("meridian.lease.transaction-limit=soon"))
                .anySatisfy(fault -> assertThat(fault)
                        .startsWith("meridian.capture.retained-wal-warn=much: must be a size above zero"));
    }

    private AgentSettings.Reading read() {
        return AgentSettings.read(written.keySet(), key -> Optional.ofNullable(written.get(key)));
    }
}
