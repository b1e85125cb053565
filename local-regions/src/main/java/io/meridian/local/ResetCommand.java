package io.meridian.local;

import io.meridian.local.instance.Layout;
import io.meridian.local.process.Folders;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "reset", mixinStandardHelpOptions = true, description = "Stops it and removes its data.")
final class ResetCommand implements Callable<Integer> {
    @Mixin
    private InstanceOption instance = new InstanceOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Optional<LocalInstance> known = LocalInstance.attach(instance.name());
        if (known.isPresent()) {
            known.get().reset();
        } else {
            Folders.remove(Layout.folder(instance.name()));
        }
        System.out.println(" removed " + Layout.folder(instance.name()));
        return 0;
    }
}
