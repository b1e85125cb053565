package io.meridian.drill.injection;

import io.meridian.local.LocalInstance;
import io.meridian.local.LocalProcess;
import io.meridian.local.service.Service;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Signals to the processes of regions on this machine, and the proxies between them. */
public final class LocalInjector implements Injector {
    private final LocalInstance instance;

    public LocalInjector(LocalInstance instance) {
        this.instance = instance;
    }

    @Override
    public Kind kind() {
        return Kind.LOCAL;
    }

    @Override
    public void inject(int id, Fault fault) throws IOException, InterruptedException {
        switch (fault) {
            case Fault.RegionKilled(String region) -> {
                for (LocalProcess process : processes(region).reversed()) {
                    process.kill();
                }
            }
            case Fault.RegionCutOff(String region) -> {
                for (String other : others(region)) {
                    instance.links().cut(region, other);
                    instance.links().cut(other, region);
                }
            }
            case Fault.LinkDown(String from, String to) -> instance.links().cut(from, to);
            case Fault.LinkSlow(String from, String to, long millis) ->
                instance.links().delay(from, to, Duration.ofMillis(millis));
        }
    }

    @Override
    public void undo(int id, Fault fault) throws IOException, InterruptedException {
        switch (fault) {
            case Fault.RegionKilled(String region) -> {
                for (LocalProcess process : processes(region)) {
                    if (!process.alive()) {
                        process.restart();
                    }
                }
            }
            case Fault.RegionCutOff(String region) -> {
                for (String other : others(region)) {
                    instance.links().heal(region, other);
                    instance.links().heal(other, region);
                }
            }
            case Fault.LinkDown(String from, String to) -> instance.links().heal(from, to);
            case Fault.LinkSlow(String from, String to, long _) ->
                instance.links().heal(from, to);
        }
    }

    /** In the order in which they are started. */
    private List<LocalProcess> processes(String region) {
        return Service.of(instance.layout()).stream()
                .map(service -> instance.process(region + "/" + service.name()))
                .toList();
    }

    private List<String> others(String region) {
        return instance.regions().stream()
                .filter(other -> !other.equals(region))
                .toList();
    }
}
