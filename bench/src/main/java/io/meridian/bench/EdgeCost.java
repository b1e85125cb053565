package io.meridian.bench;

import static java.util.Objects.requireNonNull;

import io.meridian.ledger.load.Waits;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What Meridian's rules cost a request in Envoy, against a static route in the same Envoy: short rounds of both by turns, since this machine's
 * speed changes from one second to the next. Processor time is what the Envoy used, whoever else was running.
 */
final class EdgeCost {
    private static final double CPU_GOAL_MICROS = 8;
    private static final double P99_GOAL_MILLIS = 0.2;
    private static final int CONNECTIONS = 16;
    private static final int REQUESTS = 8000;
    private static final int MANY = 40;

    private final int rounds;

    EdgeCost(int rounds) {
        this.rounds = rounds;
    }

    /** Of one way, round by round. */
    private static final class Way {
        private final List<Double> cpuMicros = new ArrayList<>();
        private final List<Long> nanos = new ArrayList<>();
        private final List<Double> perSecond = new ArrayList<>();
    }

    List<Measurement> run() throws IOException, InterruptedException {
        try (var envoys = new EdgeEnvoys()) {
            var fixed = new Way();
            var rule = new Way();
            var many = new Way();
            round(envoys, envoys.staticPort(), new Way()); // warms up
            round(envoys, envoys.edgePort(), new Way());
            for (int round = 0; round < rounds; round++) {
                round(envoys, envoys.staticPort(), fixed);
                round(envoys, envoys.edgePort(), rule);
                envoys.services(MANY);
                round(envoys, envoys.edgePort(), many);
                envoys.services(1);
            }
            return List.of(
                    cpu("edge.cpu-per-request", rule, "static route", fixed),
                    Measurement.of("edge.cpu-per-request.added", added(rule, fixed), "us")
                            .atMost(CPU_GOAL_MICROS),
                    cpu("edge.cpu-per-request." + MANY + "-services", many, "one service", rule),
                    new Measurement(
                            "edge.requests-per-second",
                            median(rule.perSecond),
                            "1/s",
                            "static route",
                            median(fixed.perSecond),
                            null),
                    p99("edge.latency.p99", rule, fixed),
                    Measurement.of("edge.latency.p99.added", millis(rule) - millis(fixed), "ms")
                            .atMost(P99_GOAL_MILLIS));
        }
    }

    private static Measurement cpu(String metric, Way one, String peer, Way other) {
        return new Measurement(metric, median(one.cpuMicros), "us", peer, median(other.cpuMicros), null);
    }

    private static Measurement p99(String metric, Way one, Way other) {
        return new Measurement(metric, millis(one), "ms", "static route", millis(other), null);
    }

    private static double millis(Way way) {
        return requireNonNull(Waits.of(way.nanos).percentileMillis(0.99), "a round has requests");
    }

    /** The median of what each round's pair differs by: a slow second is in both. */
    private static double added(Way one, Way other) {
        List<Double> differences = new ArrayList<>();
        for (int round = 0; round < one.cpuMicros.size(); round++) {
            differences.add(one.cpuMicros.get(round) - other.cpuMicros.get(round));
        }
        return median(differences);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return Math.round(sorted.get(sorted.size() / 2) * 100) / 100.0;
    }

    private static void round(EdgeEnvoys envoys, int port, Way way) throws IOException {
        long cpu = envoys.cpuNanos();
        long began = System.nanoTime();
        List<Long> nanos = requests(port);
        double seconds = (System.nanoTime() - began) / 1e9;
        way.cpuMicros.add((envoys.cpuNanos() - cpu) / 1e3 / nanos.size());
        way.perSecond.add(nanos.size() / seconds);
        way.nanos.addAll(nanos);
    }

    /** A request on each connection, then their answers: so Envoy is kept busy by one thread, which costs the processors least. */
    private static List<Long> requests(int port) throws IOException {
        List<Long> nanos = new ArrayList<>(REQUESTS);
        List<Socket> sockets = new ArrayList<>();
        byte[] answer = new byte[4096];
        try {
            for (int connection = 0; connection < CONNECTIONS; connection++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                sockets.add(socket);
                socket.setTcpNoDelay(true);
            }
            long[] began = new long[CONNECTIONS];
            for (int number = 0; number < REQUESTS; number += CONNECTIONS) {
                for (int connection = 0; connection < CONNECTIONS; connection++) {
                    began[connection] = System.nanoTime();
                    sockets.get(connection).getOutputStream().write(request(number + connection));
                }
                for (int connection = 0; connection < CONNECTIONS; connection++) {
                    read(sockets.get(connection).getInputStream(), answer);
                    nanos.add(System.nanoTime() - began[connection]);
                }
            }
            return nanos;
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static byte[] request(int number) {
        return ("GET /accounts/42?x=1 HTTP/1.1\r\nHost: s0.bench.test\r\nUser-Agent: bench\r\nAccept: */*\r\nx-user-key: user-"
                        + number + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The application answers {@code ok}; anything else is no measurement. */
    private static void read(InputStream in, byte[] answer) throws IOException {
        int length = 0;
        while (length < 6 || !ends(answer, length)) {
            int more = in.read(answer, length, answer.length - length);
            if (more <= 0) {
                throw new BenchFailedException(
                        "unexpected answer: " + new String(answer, 0, length, StandardCharsets.UTF_8));
            }
            length += more;
        }
    }

    private static boolean ends(byte[] answer, int length) {
        return answer[length - 6] == '\r'
                && answer[length - 5] == '\n'
                && answer[length - 4] == '\r'
                && answer[length - 3] == '\n'
                && answer[length - 2] == 'o'
                && answer[length - 1] == 'k';
    }
}
