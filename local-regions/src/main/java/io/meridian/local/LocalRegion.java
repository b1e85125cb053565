package io.meridian.local;

import io.meridian.local.instance.InstanceFile;
import io.meridian.local.instance.Secrets;
import io.meridian.local.service.Preparation;
import io.meridian.local.service.Service;
import java.io.IOException;

/** One region of a running instance. */
public final class LocalRegion {
    private final Supervisor supervisor;
    private final Secrets secrets;
    private final InstanceFile.Region addresses;

    LocalRegion(Supervisor supervisor, Secrets secrets, InstanceFile.Region addresses) {
        this.supervisor = supervisor;
        this.secrets = secrets;
        this.addresses = addresses;
    }

    public String name() {
        return addresses.name();
    }

    public InstanceFile.Region addresses() {
        return addresses;
    }

    /** @param role {@code postgres}, {@code meridian_agent}, {@code ledger} or {@code ledger_owner} */
    public String password(String role) {
        return secrets.password(name(), role);
    }

    /** Roles, databases, tables and the fence, where they are not there: its PostgreSQL, which runs, was made anew. */
    public void prepareStores() throws IOException, InterruptedException {
        var preparation = new Preparation(supervisor.file().layout(), secrets);
        preparation.ledgerStore(name());
        preparation.fence(name());
    }

    /** @param service such as {@code sync-agent} */
    public LocalProcess process(String service) {
        Service known = Service.named(supervisor.file().layout(), service)
                .orElseThrow(() -> new IllegalStateException("a region has no process " + service));
        return new LocalProcess(supervisor, supervisor.programs().of(known, name()));
    }
}
