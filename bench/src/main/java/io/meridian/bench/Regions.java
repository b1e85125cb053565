package io.meridian.bench;

import io.meridian.local.LocalInstance;
import io.meridian.local.instance.InstanceFile;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/** The running instance that is measured. */
final class Regions {
    private final LocalInstance instance;
    private final ControlPlane controlPlane;

    private Regions(LocalInstance instance) {
        this.instance = instance;
        this.controlPlane = new ControlPlane(
                instance.file().regions().stream()
                        .map(InstanceFile.Region::api)
                        .map(URI::create)
                        .toList(),
                instance.token());
    }

    static Regions attach(String name) throws IOException {
        LocalInstance instance = LocalInstance.attach(name)
                .orElseThrow(() ->
                        new BenchFailedException("there is no instance '" + name + "'; start it with ./meridian up"));
        return new Regions(instance);
    }

    /** Of its own, started by the bench. */
    static Regions of(LocalInstance instance) {
        return new Regions(instance);
    }

    LocalInstance instance() {
        return instance;
    }

    ControlPlane controlPlane() {
        return controlPlane;
    }

    List<String> names() {
        return instance.regions();
    }

    List<URI> edges() {
        return instance.file().regions().stream()
                .map(InstanceFile.Region::edge)
                .map(URI::create)
                .toList();
    }

    /** A session of the application's role with a region's store, around Envoy and ledger. */
    Connection store(String region) throws SQLException {
        var local = instance.region(region);
        return DriverManager.getConnection(local.addresses().postgres(), "ledger", local.password("ledger"));
    }
}
