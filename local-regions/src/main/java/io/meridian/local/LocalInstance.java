package io.meridian.local;

import io.meridian.local.instance.InstanceFile;
import io.meridian.local.instance.InstanceLock;
import io.meridian.local.instance.Layout;
import io.meridian.local.instance.Secrets;
import io.meridian.local.process.Folders;
import io.meridian.local.process.StartFailedException;
import io.meridian.local.service.Service;
import io.meridian.local.tls.LocalAuthority;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A set of regions on this machine: started, looked at, broken on purpose, stopped. Its processes survive whoever started them. */
public final class LocalInstance implements AutoCloseable {
    private final Layout layout;
    private final Secrets secrets;
    private final Supervisor supervisor;

    private LocalInstance(Layout layout, Secrets secrets, InstanceFile file) {
        this.layout = layout;
        this.secrets = secrets;
        this.supervisor = new Supervisor(layout, secrets, file);
    }

    /** Starts what does not run yet and waits until a request through each edge answers; progress goes to standard output. */
    public static LocalInstance up(Options options) throws IOException, InterruptedException {
        return up(options, System.out);
    }

    /** The same with progress to {@code out}. */
    public static LocalInstance up(Options options, PrintStream out) throws IOException, InterruptedException {
        try (var lock = InstanceLock.take(options.name(), "up")) {
            InstanceFile file = agreed(options);
            Layout layout = file.layout();
            var instance = new LocalInstance(layout, Secrets.of(layout), file);
            List<String> missing = instance.missing(options);
            if (missing.isEmpty() && file.state() == InstanceFile.State.RUNNING) {
                out.println(" instance '" + options.name() + "' runs already");
                return instance;
            }
            long running = file.processes().stream()
                    .filter(process -> process.identity().alive())
                    .count();
            if (running > 0) {
                out.println(" " + running + " processes of an earlier start run already; going on from there");
            }
            new Startup(layout, options, instance.secrets, instance.supervisor, out).run();
            return instance;
        }
    }

    /** An instance that was started before; absent when there is none of that name. */
    public static Optional<LocalInstance> attach(String name) throws IOException {
        Optional<InstanceFile> file = InstanceFile.read(name);
        return file.isEmpty()
                ? Optional.empty()
                : Optional.of(new LocalInstance(
                        file.get().layout(), Secrets.of(file.get().layout()), file.get()));
    }

    /** What an earlier start recorded, when it fits what is asked for now; else a new one. */
    private static InstanceFile agreed(Options options) throws IOException {
        Optional<InstanceFile> earlier = InstanceFile.read(options.name());
        if (earlier.isEmpty()) {
            return InstanceFile.of(Layout.of(
                    options.name(),
                    options.base() == 0 ? Options.BASE : options.base(),
                    options.regions() == 0 ? Options.REGIONS : options.regions(),
                    options.groups() == 0 ? 1 : options.groups()));
        }
        InstanceFile file = earlier.get();
        int regions = file.regions().size();
        int groups = file.layout().groupCount();
        if ((options.base() != 0 && options.base() != file.base())
                || (options.regions() != 0 && options.regions() != regions)
                || (options.groups() != 0 && options.groups() != groups)) {
            throw new StartFailedException("instance '" + options.name() + "' has " + regions + " region(s)"
                    + (groups > 1 ? " with " + groups + " store groups" : "")
                    + " on ports from " + file.base()
                    + ", its data too. To change that: ./meridian reset" + Layout.flag(options.name())
                    + ", then up again; or another one beside it:"
                    + " --instance NAME --base PORT");
        }
        return file;
    }

    private List<String> missing(Options options) {
        List<String> missing = new ArrayList<>();
        if (supervisor.running("links").isEmpty()) {
            missing.add("links");
        }
        for (String region : layout.regions()) {
            for (Service service : Service.of(layout)) {
                String name = region + "/" + service.name();
                if (options.only().contains(service.kind())
                        && supervisor.running(name).isEmpty()) {
                    missing.add(name);
                }
            }
        }
        return missing;
    }

    /** Addresses and processes, as recorded. */
    public InstanceFile file() {
        return supervisor.file();
    }

    public List<String> regions() {
        return layout.regions();
    }

    public LocalRegion region(String name) {
        return new LocalRegion(supervisor, secrets, supervisor.file().regions().get(layout.index(name)));
    }

    /** @param name as in instance.json: {@code east/sync-agent}, {@code links} */
    public LocalProcess process(String name) {
        return new LocalProcess(supervisor, supervisor.programs().named(name));
    }

    public LocalLinks links() {
        return new LocalLinks(supervisor.file().links(), layout.regions());
    }

    /** The REST API's bearer token. */
    public String token() {
        return secrets.token();
    }

    public Layout layout() {
        return layout;
    }

    /** Stops exactly what was started; data stays. */
    public void down() throws IOException, InterruptedException {
        try (var lock = InstanceLock.take(layout.name(), "down")) {
            supervisor.stop(supervisor.file().processes().stream()
                    .map(InstanceFile.Started::name)
                    .toList());
            supervisor.state(InstanceFile.State.STOPPED);
        }
    }

    /** Whoever shows a certificate shows a new one on its next connection. */
    void renewCertificates() throws IOException, InterruptedException {
        try (var lock = InstanceLock.take(layout.name(), "renew-certificates")) {
            var authority = LocalAuthority.create(layout.tls());
            layout.identities().forEach(authority::renew);
        }
    }

    /** Stops it and removes all that it made. */
    public void reset() throws IOException, InterruptedException {
        down();
        Folders.remove(layout.folder());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        down();
    }
}
