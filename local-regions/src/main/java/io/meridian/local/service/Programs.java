package io.meridian.local.service;

import io.meridian.local.Checkout;
import io.meridian.local.Ports;
import io.meridian.local.Ports.Part;
import io.meridian.local.envoy.EnvoyBootstrap;
import io.meridian.local.envoy.EnvoyProcess;
import io.meridian.local.instance.Layout;
import io.meridian.local.instance.Secrets;
import io.meridian.local.kafka.BrokerProperties;
import io.meridian.local.kafka.BrokerProperties.Listener;
import io.meridian.local.kafka.KafkaServer;
import io.meridian.local.link.LinkMain;
import io.meridian.local.postgres.PostgresServer;
import io.meridian.local.process.DetachedProcess;
import io.meridian.local.process.Folders;
import io.meridian.local.process.Program;
import io.meridian.local.process.StartFailedException;
import io.meridian.local.process.Waiting;
import io.meridian.local.tls.Identity;
import io.meridian.local.tls.IdentityFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How each process of an instance is started: by name, whoever asks and whenever, because all of it follows from the layout and the secrets. */
public final class Programs {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private final Layout layout;
    private final Secrets secrets;

    public Programs(Layout layout, Secrets secrets) {
        this.layout = layout;
        this.secrets = secrets;
    }

    /** The kinds of process of a region, in the order in which they are started. */
    public enum Kind {
        POSTGRES("postgres"),
        KAFKA("kafka"),
        CONTROL_PLANE("control-plane"),
        ROUTER("router-xds"),
        AGENT("sync-agent"),
        LEDGER("ledger"),
        ENVOY("envoy");

        private final String service;

        Kind(String service) {
            this.service = service;
        }

        public String service() {
            return service;
        }
    }

    public Program links() {
        List<String> tail = new ArrayList<>(List.of(LinkMain.class.getName(), Integer.toString(layout.base())));
        tail.addAll(layout.regions());
        Path folder = layout.folder().resolve("links");
        String url = "http://127.0.0.1:" + layout.ports().linkControl() + "/links";
        return java(
                "links",
                folder,
                JavaCommand.of(64, false, tail),
                DetachedProcess.classPath(),
                () -> Http.status(url) == 200);
    }

    public Program of(Service service, String region) {
        Kind kind = service.kind();
        return switch (kind) {
            case POSTGRES -> postgres(region);
            case KAFKA -> kafka(region);
            case CONTROL_PLANE ->
                quarkus(
                        service,
                        region,
                        128,
                        false,
                        ServiceSettings.controlPlane(layout, region),
                        layout.address(region, Part.CONTROL_HTTP));
            case ROUTER ->
                quarkus(
                        service,
                        region,
                        96,
                        false,
                        ServiceSettings.router(layout, region),
                        layout.address(region, Part.ROUTER_HTTP));
            case AGENT ->
                quarkus(
                        service,
                        region,
                        192,
                        true,
                        ServiceSettings.agent(layout, region, service.group()),
                        layout.address(region, service.group()));
            case LEDGER -> ledger(region);
            case ENVOY -> envoy(region);
        };
    }

    /** @param name as in instance.json */
    public Program named(String name) {
        if (name.equals("links")) {
            return links();
        }
        for (String region : layout.regions()) {
            for (Service service : Service.of(layout)) {
                if (name.equals(region + "/" + service.name())) {
                    return of(service, region);
                }
            }
        }
        throw new IllegalStateException("instance " + layout.name() + " has no process " + name);
    }

    private Program postgres(String region) {
        Path folder = layout.folder(region, "postgres");
        int port = layout.ports().of(layout.index(region), Part.POSTGRES);
        String password = secrets.password(region, "postgres");
        return new Program(region + "/postgres", folder.resolve("log"), false, "INT", STOP_LIMIT, spawned -> {
            Files.createDirectories(folder);
            Folders.write(layout.superuserPassword(region), password, "rw-------");
            return PostgresServer.start(folder, port, password, spawned).process();
        });
    }

    private Program kafka(String region) {
        Path folder = layout.folder(region, "kafka");
        int index = layout.index(region);
        Ports ports = layout.ports();
        List<Listener> listeners = new ArrayList<>(List.of(Listener.plain("OWN", ports.of(index, Part.KAFKA))));
        for (int peer = 0; peer < layout.regions().size(); peer++) {
            if (peer != index) {
                String name = layout.regions().get(peer).toUpperCase(Locale.ROOT);
                listeners.add(
                        new Listener(name, ports.kafkaFor(index, peer), ports.link(peer, index, Ports.Carried.KAFKA)));
            }
        }
        var properties =
                new BrokerProperties(folder.resolve("data"), ports.of(index, Part.KAFKA_CONTROLLER), listeners);
        return new Program(
                region + "/kafka",
                folder.resolve("log"),
                true,
                "TERM",
                STOP_LIMIT,
                spawned -> KafkaServer.start(folder, properties, spawned).process());
    }

    private Program quarkus(
            Service service,
            String region,
            int heapMib,
            boolean bothCompilers,
            Map<String, String> settings,
            String address) {
        Path folder = layout.folder(region, service.name());
        Path jar = JavaCommand.quarkus(service.kind().service());
        String live = "http://" + address + "/q/health/live";
        List<String> command = JavaCommand.of(heapMib, bothCompilers, List.of("-jar", jar.toString()));
        Program program = java(region + "/" + service.name(), folder, command, "", () -> Http.status(live) == 200);
        return before(program, () -> {
            if (!Files.exists(jar)) {
                throw new StartFailedException(service.kind().service() + " is not built: " + jar
                        + " is missing; run ./meridian up, which builds it");
            }
            Files.createDirectories(folder.resolve("config"));
            Folders.write(
                    folder.resolve("config/application.properties"), ServiceSettings.render(settings), "rw-------");
            if (service.kind() == Kind.AGENT) {
                Folders.write(
                        folder.resolve("config/store.password"),
                        secrets.password(region, "meridian_agent"),
                        "rw-------");
            }
        });
    }

    private Program ledger(String region) {
        Path folder = layout.folder(region, "ledger");
        Path config = folder.resolve("ledger.properties");
        String health = "http://" + layout.zones(region).values().iterator().next() + "/health";
        List<String> command =
                JavaCommand.of(64, false, List.of("io.meridian.ledger.LedgerMain", "--config", config.toString()));
        Program program = java(
                region + "/ledger",
                folder,
                command,
                JavaCommand.plain("examples/ledger"),
                () -> Http.status(health) == 200);
        return before(program, () -> {
            Files.createDirectories(folder);
            Folders.write(config, ServiceSettings.render(ServiceSettings.ledger(layout, region)), "rw-------");
            Folders.write(folder.resolve("ledger.password"), secrets.password(region, "ledger"), "rw-------");
        });
    }

    private Program envoy(String region) {
        Path folder = layout.folder(region, "envoy");
        int index = layout.index(region);
        int adminPort = layout.ports().of(index, Part.ENVOY_ADMIN);
        String bootstrap = EnvoyBootstrap.render(new EnvoyBootstrap.Input(
                layout.envoyNode(region),
                "meridian-" + region,
                layout.ports().of(index, Part.ENVOY_EDGE),
                layout.ports().of(index, Part.ENVOY_GATEWAY),
                adminPort,
                List.of(layout.address(region, Part.ROUTER_ADS)),
                Optional.of(new EnvoyBootstrap.AdsTls(
                        IdentityFiles.of(layout.tls(), Identity.envoy(region, layout.envoyNode(region)))
                                .sds(),
                        Identity.router(region).spiffe())),
                List.of(layout.address(region, Part.ROUTER_HOLD)),
                Checkout.root().resolve("router-xds/src/main/envoy/shard_router.lua"),
                IdentityFiles.of(layout.tls(), Identity.gateway(region)).sds(),
                folder.resolve("access.log")));
        return new Program(
                region + "/envoy",
                folder.resolve("log"),
                false,
                "TERM",
                Duration.ofSeconds(5),
                spawned -> EnvoyProcess.start(folder, bootstrap, adminPort, spawned)
                        .process());
    }

    private Program java(String name, Path folder, List<String> command, String classPath, Waiting.Question ready) {
        Path log = folder.resolve("log");
        // The class path goes by the environment: as an argument it would bury everything else in a process list.
        Map<String, String> environment = Map.of("CLASSPATH", classPath, "MALLOC_ARENA_MAX", "2");
        return new Program(name, log, true, "TERM", STOP_LIMIT, spawned -> {
            var started = DetachedProcess.start(command, folder, log, environment);
            spawned.accept(started);
            Waiting.until(name, started, log, START_LIMIT, ready);
            return started;
        });
    }

    private interface Preparation {
        void run() throws IOException;
    }

    private static Program before(Program program, Preparation preparation) {
        return new Program(
                program.name(), program.log(), program.jvm(), program.stopSignal(), program.stopLimit(), spawned -> {
                    preparation.run();
                    return program.starter().start(spawned);
                });
    }
}
