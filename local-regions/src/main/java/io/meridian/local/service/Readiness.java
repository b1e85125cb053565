package io.meridian.local.service;

import io.meridian.local.Patience;
import io.meridian.local.instance.InstanceFile;
import io.meridian.local.instance.Layout;
import io.meridian.local.process.StartFailedException;
import io.meridian.local.process.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Whether an instance as a whole does its work: asked over the addresses that its users have. */
final class Readiness {
    /** So many users that every zone serves one of them: with 1024 shards the chance to miss one is below 1 in 10,000. */
    private static final int USERS_ASKED = 48;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Readiness() {}

    /** Declares the topology as soon as somebody leads; what is declared already changes nothing. */
    static void declareTopology(Layout layout, InstanceFile file, String token)
            throws IOException, InterruptedException {
        String document = Files.readString(layout.topology());
        List<InstanceFile.Started> nodes = file.processes().stream()
                .filter(process -> process.name().endsWith("/control-plane"))
                .toList();
        await("a control plane that takes the topology", nodes, () -> {
            var answer = Http.put(
                    file.api() + "/api/v1/topology",
                    document,
                    "content-type",
                    "application/yaml",
                    "authorization",
                    "Bearer " + token);
            if (answer.statusCode() / 100 == 4) {
                throw new StartFailedException("the control plane refused " + layout.topology() + ": " + answer.body());
            }
            return answer.statusCode() / 100 == 2 ? "" : answer.statusCode() + " " + answer.body();
        });
    }

    /** The service says of itself that it is ready. */
    static void awaitHealth(InstanceFile file, String address) throws IOException, InterruptedException {
        String url = "http://" + address + "/q/health";
        await("an answer of " + url, file.processes(), () -> {
            var answer = Http.get(url);
            return answer.statusCode() == 200
                    ? ""
                    : answer.statusCode() + " " + answer.body().replaceAll("\\s+", " ");
        });
    }

    /** Reads through {@code region}'s edge reach the owners of shards all over, and their fences are open. */
    static void awaitEdge(InstanceFile file, InstanceFile.Region region) throws IOException, InterruptedException {
        List<Integer> unanswered = new ArrayList<>();
        for (int user = 0; user < USERS_ASKED; user++) {
            unanswered.add(user);
        }
        await("an answer through the edge of " + region.name(), file.processes(), () -> {
            while (!unanswered.isEmpty()) {
                var answer = Http.get(region.edge() + "/accounts", "x-user-key", "probe-" + unanswered.getLast());
                if (answer.statusCode() != 200) {
                    return answer.statusCode() + " " + answer.body().strip();
                }
                unanswered.removeLast();
            }
            return "";
        });
    }

    private interface Attempt {
        /** Empty when it succeeded, else what came instead. */
        String failure() throws Exception;
    }

    /** @param needed when one of them ended, there is nothing to wait for, and its log says why */
    private static void await(String what, List<InstanceFile.Started> needed, Attempt attempt)
            throws IOException, InterruptedException {
        Duration limit = Patience.of(LIMIT);
        long end = System.nanoTime() + limit.toNanos();
        String last = "";
        while (System.nanoTime() < end) {
            try {
                last = attempt.failure();
                if (last.isEmpty()) {
                    return;
                }
            } catch (StartFailedException | InterruptedException refused) {
                throw refused;
            } catch (Exception notYet) {
                last = String.valueOf(notYet.getMessage());
            }
            for (InstanceFile.Started process : needed) {
                if (!process.identity().alive()) {
                    throw new StartFailedException(
                            process.name() + " ended, and there will be no " + what + "; last lines of its log:",
                            Path.of(process.log()));
                }
            }
            Thread.sleep(Waiting.PAUSE_MILLIS);
        }
        throw new StartFailedException("no " + what + " within " + limit.toSeconds() + " s; last answer: " + last);
    }
}
