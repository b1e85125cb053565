package io.meridian.topology.certificate;

import io.meridian.topology.certificate.CertificateFacts.Verdict;
import io.meridian.topology.certificate.SignedCertificate.Signer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Checks a certificate by what stands in it, and a key ring if there is one. Asks nobody. */
public final class CertificateCheck {
    private CertificateCheck() {}

    /** Who wrote it, as far as a signature tells. */
    public sealed interface Authorship {
        /** By a key of the ring that was given. */
        record ByRing(SigningKey key, Signer signer) implements Authorship {}

        /** It is as it was signed, but the key is only the one that it names itself: anybody can make such a document. */
        record ByPrintedKey(Signer signer) implements Authorship {}

        /** As signed, but by no key of the ring. */
        record ByStranger(Signer signer) implements Authorship {}

        /** As signed, by a key of the ring that had been retired before. */
        record TooLate(SigningKey key, Signer signer) implements Authorship {}

        /** The signature is not of this text. */
        record Broken(String why) implements Authorship {}

        record Unsigned() implements Authorship {}
    }

    public sealed interface Report {
        /** @param faults with the places where they are */
        record NoCertificate(List<String> faults) implements Report {}

        record Checked(CertificateFacts facts, Authorship by, Consistency consistency) implements Report {
            /** What it says hangs together, whoever wrote it. */
            public boolean consistent() {
                return consistency.contradictions().isEmpty();
            }

            /** A key of the ring stands behind it, it hangs together, and it says that nothing was lost. */
            public boolean proven() {
                return by instanceof Authorship.ByRing && holds();
            }

            /** All but that the key is trusted. */
            public boolean holds() {
                boolean whole = switch (by) {
                    case Authorship.ByRing _, Authorship.ByPrintedKey _ -> true;
                    case Authorship.ByStranger _, Authorship.TooLate _, Authorship.Broken _, Authorship.Unsigned _ ->
                        false;
                };
                return whole && consistent() && facts.verdict() != Verdict.NOT_PROVEN;
            }
        }
    }

    /**
     * @param document as a JSON parser made it: maps, lists, texts, numbers
     * @param ring empty: only the key that the document names is there to check with
     */
    public static Report check(Object document, Optional<List<SigningKey>> ring) {
        String fault = CanonicalJson.fault(document);
        if (!fault.isEmpty()) {
            return new Report.NoCertificate(List.of(fault));
        }
        var faults = new ArrayList<String>();
        Place whole = new Place("", document, faults).only(Set.of("certificate", "signed", "signature"));
        CertificateFacts facts = FactsReader.read(whole.at("certificate"));
        Optional<Signer> signer = whole.has("signed") ? Optional.of(signer(whole.at("signed"))) : Optional.empty();
        Optional<String> signature = whole.textIfThere("signature");
        if (signer.isPresent() != signature.isPresent()) {
            whole.fault("'signed' and 'signature' come together");
        }
        if (!faults.isEmpty()) {
            return new Report.NoCertificate(List.copyOf(faults));
        }
        Authorship by = signer.isEmpty()
                ? new Authorship.Unsigned()
                : authorship(signer.get(), text(document), signature.orElse(""), ring);
        return new Report.Checked(facts, by, Consistency.of(facts));
    }

    private static Signer signer(Place at) {
        at.only(Set.of("node", "keyId", "publicKey", "at"));
        return new Signer(at.text("node"), at.text("keyId"), at.text("publicKey"), at.moment("at"));
    }

    /** Of what came, not of what was understood of it. */
    private static String text(Object document) {
        var signed = new TreeMap<String, Object>();
        if (document instanceof Map<?, ?> members) {
            members.forEach((name, value) -> signed.put(String.valueOf(name), value));
        }
        signed.remove("signature");
        return CanonicalJson.write(signed);
    }

    private static Authorship authorship(
            Signer signer, String text, String signature, Optional<List<SigningKey>> ring) {
        if (!Ed25519.id(signer.publicKey()).equals(signer.keyId())) {
            return new Authorship.Broken("the key id is not that of the key beside it");
        }
        if (!Ed25519.signed(signer.publicKey(), text, signature)) {
            return new Authorship.Broken("the signature is not of this text: it was changed after it was signed");
        }
        if (ring.isEmpty()) {
            return new Authorship.ByPrintedKey(signer);
        }
        Optional<SigningKey> known = ring.get().stream()
                .filter(key -> key.id().equals(signer.keyId()))
                .findFirst();
        if (known.isEmpty() || !known.get().node().equals(signer.node())) {
            return new Authorship.ByStranger(signer);
        }
        return known.get().retired().filter(end -> !signer.at().isBefore(end)).isPresent()
                ? new Authorship.TooLate(known.get(), signer)
                : new Authorship.ByRing(known.get(), signer);
    }
}
