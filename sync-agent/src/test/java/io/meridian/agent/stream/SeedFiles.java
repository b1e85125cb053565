package io.meridian.agent.stream;

import io.meridian.agent.seeding.SeedOrder;
import io.meridian.agent.seeding.SeedOrders;
import io.meridian.agent.seeding.SeedTold;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is asked of a data path in another process, and what it tells: two files beside its staging folder. */
record SeedFiles(Path staging) {
    static SeedFiles of(DataPath.Config config) {
        return new SeedFiles(config.staging());
    }

    void ask(List<SeedOrder> orders) {
        write(
                "seeds.asked",
                orders.stream()
                        .map(order -> String.join(
                                "\t",
                                order.id(),
                                "" + order.attempt(),
                                order.shard().toString(),
                                order.target().name(),
                                order.owner().name(),
                                order.epoch().toString(),
                                "" + order.prepared()))
                        .toList());
    }

    Optional<SeedOrders> asked() {
        return read("seeds.asked")
                .map(lines -> SeedOrders.of(lines.stream()
                        .map(line -> line.split("\t", -1))
                        .map(part -> new SeedOrder(
                                part[0],
                                Integer.parseInt(part[1]),
                                ShardId.of(Integer.parseInt(part[2])),
                                RegionId.of(part[3]),
                                RegionId.of(part[4]),
                                Epoch.of(Long.parseLong(part[5])),
                                Boolean.parseBoolean(part[6])))
                        .toList()));
    }

    void tell(List<SeedTold> told) {
        List<String> lines = new ArrayList<>();
        for (SeedTold one : told) {
            lines.add(String.join(
                    "\t",
                    one.id(),
                    "" + one.attempt(),
                    one.shard().toString(),
                    one.state().name(),
                    "" + one.rows(),
                    one.problem(),
                    String.join(
                            "\u0001",
                            one.missed().stream()
                                    .map(missed -> missed.table() + "=" + missed.key())
                                    .toList())));
        }
        write("seeds.told", lines);
    }

    List<SeedTold> told() {
        return read("seeds.told").orElse(List.of()).stream()
                .map(line -> line.split("\t", -1))
                .map(part -> new SeedTold(
                        part[0],
                        Integer.parseInt(part[1]),
                        ShardId.of(Integer.parseInt(part[2])),
                        SeedTold.State.valueOf(part[3]),
                        Long.parseLong(part[4]),
                        0,
                        missed(part[6]),
                        part[5]))
                .toList();
    }

    private static List<SeedTold.Missed> missed(String text) {
        List<SeedTold.Missed> missed = new ArrayList<>();
        for (String one : text.isEmpty() ? new String[0] : text.split("\u0001", -1)) {
            missed.add(new SeedTold.Missed(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1)));
        }
        return missed;
    }

    private Optional<List<String>> read(String name) {
        try {
            Path file = staging.resolveSibling(name);
            return Files.exists(file) ? Optional.of(Files.readAllLines(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String name, List<String> lines) {
        try {
            Path next = staging.resolveSibling(name + ".next");
            Files.write(next, lines);
            Files.move(next, staging.resolveSibling(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
