package io.meridian.local.link;

import io.meridian.local.Ports;
import java.io.IOException;
import java.util.List;

/** The process {@code links}. Arguments: base port, then the regions' names in order. Runs until SIGTERM. */
public final class LinkMain {
    private LinkMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var ports = new Ports(Integer.parseInt(arguments[0]));
        List<String> regions = List.of(arguments).subList(1, arguments.length);
        try (var proxies = LinkProxies.open(ports, regions);
                var control = LinkControl.open(proxies, ports.linkControl())) {
            Thread.currentThread().join();
        }
    }
}
