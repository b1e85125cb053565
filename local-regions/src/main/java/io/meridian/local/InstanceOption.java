package io.meridian.local;

import io.meridian.local.instance.Layout;
import io.meridian.local.process.StartFailedException;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Which instance a command is about. */
final class InstanceOption {
    @Option(
            names = "--instance",
            defaultValue = "up",
            paramLabel = "NAME",
            description = "which instance (default: ${DEFAULT-VALUE})")
    private String name = "up";

    String name() throws StartFailedException {
        if (!name.matches("[a-z][a-z0-9-]{0,30}") || name.equals("cache")) {
            throw new StartFailedException(
                    "'" + name + "' is no name for an instance: small letters, digits and '-', and not 'cache'");
        }
        return name;
    }

    LocalInstance existing() throws IOException {
        return LocalInstance.attach(name())
                .orElseThrow(() -> new StartFailedException(
                        "there is no instance '" + name + "'; start it: ./meridian up" + Layout.flag(name)));
    }
}
