package io.meridian.local;

import io.meridian.local.tls.Identity;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "renew-certificates",
        mixinStandardHelpOptions = true,
        description =
                "Renews every certificate and key; what runs takes them for new connections, and nothing is restarted.")
final class RenewCertificatesCommand implements Callable<Integer> {
    @Mixin
    private InstanceOption instance = new InstanceOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        LocalInstance known = instance.existing();
        known.renewCertificates();
        for (Identity identity : known.layout().identities()) {
            System.out.println(" renewed " + identity.spiffe());
        }
        return 0;
    }
}
