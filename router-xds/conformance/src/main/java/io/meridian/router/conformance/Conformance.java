package io.meridian.router.conformance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Tries all rules on a server. */
public final class Conformance {
    private Conformance() {}

    /** What came of a rule. */
    public sealed interface Verdict {
        record Passed() implements Verdict {}

        record Failed(String why) implements Verdict {}

        /** Nothing can be said of it. */
        record NotTried(String why) implements Verdict {}
    }

    public record Tried(String id, String variant, String sentence, String section, Verdict verdict) {
        public boolean failed() {
            return verdict instanceof Verdict.Failed;
        }
    }

    /** Takes about a minute, most of it waiting that nothing comes. */
    public static List<Tried> of(ServerUnderTest.Provider server) throws InterruptedException {
        var all = new ArrayList<Tried>();
        for (Rule rule : Rules.ALL) {
            for (Scene.Variant variant : rule.variants()) {
                all.add(new Tried(
                        rule.id(),
                        variant == Scene.Variant.DELTA ? "delta" : "sotw",
                        rule.sentence(),
                        rule.section(),
                        verdict(rule, variant, server)));
            }
        }
        return List.copyOf(all);
    }

    private static Verdict verdict(Rule rule, Scene.Variant variant, ServerUnderTest.Provider server)
            throws InterruptedException {
        try (var scene = new Scene(server, variant)) {
            rule.steps().run(scene);
            return new Verdict.Passed();
        } catch (RuleBrokenException broken) {
            return new Verdict.Failed(String.valueOf(broken.getMessage()));
        } catch (ServerUnderTest.CannotException cannot) {
            return new Verdict.NotTried(String.valueOf(cannot.getMessage()));
        } catch (IOException unstarted) {
            return new Verdict.NotTried("no server: " + unstarted.getMessage());
        } catch (InterruptedException interrupted) {
            throw interrupted;
        } catch (Exception defect) {
            throw new IllegalStateException("rule " + rule.id() + " is broken itself", defect);
        }
    }

    /** One line a rule, then how many hold. */
    public static String table(String server, List<Tried> tried) {
        var table = new StringBuilder();
        for (Tried each : tried) {
            String outcome = switch (each.verdict()) {
                case Verdict.Passed _ -> "PASS";
                case Verdict.Failed failed -> "FAIL  " + shortened(failed.why());
                case Verdict.NotTried not -> "----  " + not.why();
            };
            table.append("%-26s %-5s  %s [%s]%n    %s%n"
                    .formatted(each.id(), each.variant(), each.sentence(), each.section(), outcome));
        }
        long passed = tried.stream()
                .filter(each -> each.verdict() instanceof Verdict.Passed)
                .count();
        long failed = tried.stream().filter(Tried::failed).count();
        return table
                + "%s: %d of %d rules hold, %d do not, %d were not tried%n"
                        .formatted(server, passed, tried.size(), failed, tried.size() - passed - failed);
    }

    private static String shortened(String why) {
        String line = why.replaceAll("x{20,}", "x...");
        return line.length() > 200 ? line.substring(0, 200) + "..." : line;
    }
}
