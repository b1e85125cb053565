package io.meridian.local;

import io.meridian.local.instance.InstanceFile;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "down", mixinStandardHelpOptions = true, description = "Stops exactly what was started; data stays.")
final class DownCommand implements Callable<Integer> {
    @Mixin
    private InstanceOption instance = new InstanceOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Optional<LocalInstance> running = LocalInstance.attach(instance.name());
        if (running.isEmpty()) {
            System.out.println(" instance '" + instance.name() + "' was never started, or was reset: nothing to stop");
            return 0;
        }
        long began = System.nanoTime();
        long count = running.get().file().processes().stream()
                .map(InstanceFile.Started::identity)
                .filter(identity -> identity.alive())
                .count();
        running.get().down();
        System.out.printf(" stopped %d processes in %.1f s%n", count, (System.nanoTime() - began) / 1e9);
        return 0;
    }
}
