package io.meridian.cli;

import io.meridian.topology.certificate.CertificateCheck.Authorship;
import io.meridian.topology.certificate.CertificateCheck.Report;
import io.meridian.topology.certificate.CertificateFacts;
import io.meridian.topology.certificate.CertificateFacts.Moved;
import io.meridian.topology.certificate.CertificateFacts.Verdict;
import io.meridian.topology.certificate.SignedCertificate.Signer;
import java.time.Duration;

/** What a certificate proves and what it does not, in plain words. */
final class CertificateReport {
    private final Console console;

    CertificateReport(Console console) {
        this.console = console;
    }

    void print(Report.Checked checked) {
        CertificateFacts facts = checked.facts();
        CertificateFacts.Counts counts = facts.counts();
        console.line(console.bold(plain(facts.run())) + ", plan " + brief(facts.planHash()) + ", began "
                + facts.startedAt()
                + ", took "
                + RunReport.time(Math.max(
                        0, Duration.between(facts.startedAt(), facts.endedAt()).toMillis()))
                + ": " + facts.outcome() + ", " + counts.moved() + " moved, " + counts.rolledBack() + " rolled back, "
                + counts.untouched() + " untouched");
        author(checked.by());
        console.line("facts:     "
                + (checked.consistent()
                        ? console.good("agree with each other")
                        : console.bad("contradict each other")));
        checked.consistency().contradictions().forEach(each -> console.line("  " + plain(each)));
        verdict(facts);
        checked.consistency().gaps().forEach(each -> console.line("  " + plain(each)));
        if (checked.holds()) {
            proves(checked);
        } else {
            console.line(console.bad("proves nothing") + ": " + why(checked));
        }
    }

    private void author(Authorship by) {
        console.line("signature: "
                + switch (by) {
                    case Authorship.ByRing ring -> console.good("good") + ", " + signer(ring.signer());
                    case Authorship.ByPrintedKey printed ->
                        console.bad("of a key that nothing here trusts") + ", " + signer(printed.signer())
                                + "\n"
                                + "  the key stands in the certificate itself; anybody can make such a file with a key"
                                + " of their own\n"
                                + "  give the key ring that you kept: --keys FILE (./meridian certificate keys -o FILE"
                                + " fetches it); or --any-key";
                    case Authorship.ByStranger stranger ->
                        console.bad("of a key that is not in the key ring") + ", " + signer(stranger.signer());
                    case Authorship.TooLate late ->
                        console.bad("of a key that was retired at "
                                        + late.key().retired().orElseThrow()) + ", " + signer(late.signer());
                    case Authorship.Broken broken -> console.bad("does not fit") + ": " + broken.why();
                    case Authorship.Unsigned _ -> console.bad("none") + ": fetch it again, the leader signs it soon";
                });
    }

    private static String signer(Signer signer) {
        return "by node " + plain(signer.node()) + " at " + signer.at() + ", key " + brief(signer.keyId());
    }

    private void verdict(CertificateFacts facts) {
        String words = switch (facts.verdict()) {
            case NOTHING_LOST -> console.good("nothing lost");
            case NOTHING_MOVED -> console.good("nothing moved");
            case NOT_PROVEN -> console.bad("not proven");
        };
        console.line("verdict:   " + words);
        facts.reasons().forEach(reason -> console.line("  " + plain(reason)));
    }

    private static String why(Report.Checked checked) {
        if (!checked.consistent()) {
            return "whoever wrote this, it cannot all be true";
        }
        return switch (checked.by()) {
            case Authorship.ByRing _, Authorship.ByPrintedKey _ -> "it says itself that something is missing";
            case Authorship.ByStranger _, Authorship.TooLate _ -> "who wrote this is not known";
            case Authorship.Broken _ -> "this is not what was signed";
            case Authorship.Unsigned _ -> "nobody stands behind it";
        };
    }

    private void proves(Report.Checked checked) {
        CertificateFacts facts = checked.facts();
        console.line(
                checked.by() instanceof Authorship.ByRing
                        ? "It proves that a node of the cluster whose key ring this is wrote exactly this:"
                        : "It proves that the holder of that key, whoever it is, wrote exactly this:");
        if (!facts.moved().isEmpty()) {
            long rows = facts.moved().stream()
                    .mapToLong(shard ->
                            shard.after().map(CertificateFacts.Rows::rows).orElse(0L))
                    .sum();
            console.line("  - each of " + facts.moved().size()
                    + " shards was closed by its old owner before the new one opened it, at the next owned epoch and on"
                    + " the position of that close;");
            console.line("  - the new owner then had the same rows as the old one, " + rows
                    + " in all, by number and SHA-256 of each shard.");
            Moved first = facts.moved().getFirst();
            first.base()
                    .filter(base -> base.epoch() != 0)
                    .ifPresent(base -> console.line("    such as shard " + first.shard() + ": closed at epoch "
                            + first.closedEpoch() + ", " + plain(base.position()) + " in " + plain(base.region())
                            + "'s store, opened at "
                            + first.openedEpoch() + ", "
                            + plain(first.openedAt().orElse("?")) + " in " + plain(first.toRegion())
                            + "'s"));
        }
        facts.rerouted()
                .forEach(shards -> console.line("  - shards " + plain(shards.shards()) + " went from "
                        + plain(shards.from()) + " to " + plain(shards.to())
                        + " in one region, by routing only: their rows stayed in the same store."));
        if (!facts.rolledBack().isEmpty()) {
            console.line("  - " + facts.rolledBack().size()
                    + " shards were closed and opened again by the owner that they had.");
        }
        if (facts.verdict() == Verdict.NOTHING_MOVED) {
            console.line("  - every shard is where it was.");
        }
        console.line(
                "It does not prove that the regions' agents told the truth, when by an honest clock it was signed, or"
                        + " anything about later writes"
                        + (checked.by() instanceof Authorship.ByRing
                                ? "; and it is worth what the way is worth by which the key ring came to you."
                                : "."));
    }

    /** Nobody may write on this terminal whatever they put into a file. */
    static String plain(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    }

    private static String brief(String hash) {
        return plain(hash).substring(0, Math.min(12, hash.length()));
    }
}
