package io.meridian.control.certificate;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.switching.Certificate;
import io.meridian.control.switching.Run;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.certificate.CertificateFacts;
import io.meridian.topology.certificate.Consistency;
import io.meridian.topology.certificate.Ed25519;
import io.meridian.topology.certificate.SignedCertificate;
import io.meridian.topology.certificate.SignedCertificate.Signer;
import io.meridian.topology.certificate.SigningKey;
import java.util.List;
import java.util.Optional;

/**
 * Which keys come into the ring and which signatures under certificates. Every replica checks a signature before it takes it: what is stored as
 * signed can be checked by anybody, for ever.
 */
public final class CertificateDecider {
    private CertificateDecider() {}

    public static Answer register(ControlState state, Command.RegisterKey register) {
        Optional<Problem> fault = Ed25519.fault(register.publicKey());
        if (fault.isPresent()) {
            return new Answer.No(fault.get());
        }
        Optional<SigningKey> known = state.keys().key(Ed25519.id(register.publicKey()));
        if (known.isEmpty()) {
            return Answer.yes(List.of(
                    new Event.KeyRegistered(SigningKey.of(register.node(), register.publicKey(), register.now()))));
        }
        if (!known.get().node().equals(register.node())) {
            return Answer.no(
                    ProblemType.INVALID_ARGUMENT,
                    "the key " + known.get().id() + " is node " + known.get().node() + "'s, not " + register.node()
                            + "'s; remove the copied key file, the node makes its own at its next start");
        }
        return known.get().retired().isEmpty()
                ? Answer.yes(List.of())
                : Answer.no(
                        ProblemType.INVALID_ARGUMENT,
                        "the key " + known.get().id() + " of node " + register.node() + " was retired at "
                                + known.get().retired().get()
                                + "; remove the old key file, the node makes a new one at its next start");
    }

    /** What it signed stays checkable; it signs nothing more, whoever has its file. */
    public static Answer retire(ControlState state, Command.RetireKey retire) {
        Optional<SigningKey> key = state.keys().key(retire.keyId());
        if (key.isEmpty()) {
            return Answer.no(
                    ProblemType.INVALID_ARGUMENT, "there is no key " + retire.keyId() + " in the ring to retire");
        }
        return Answer.yes(
                key.get().retired().isPresent()
                        ? List.of()
                        : List.of(new Event.KeyRetired(retire.keyId(), retire.now())));
    }

    /** The runs whose certificate waits for a signature. */
    public static List<Run> unsigned(ControlState state) {
        return state.runs().stream()
                .filter(Run::ended)
                .filter(run -> run.certificate()
                        .filter(certificate -> certificate.seal().isEmpty())
                        .isPresent())
                .toList();
    }

    /** Compare-and-set on the run, unsigned, with this digest; what was signed meanwhile stays as it is. */
    public static Answer sign(ControlState state, Command.SignCertificate sign) {
        Optional<Run> run = state.run(sign.run());
        Optional<CertificateFacts> facts = run.flatMap(RunFacts::of);
        if (run.isEmpty() || facts.isEmpty()) {
            return Answer.no(ProblemType.NO_CERTIFICATE, "there is no certificate of run '" + sign.run() + "' to sign");
        }
        if (run.get().certificate().flatMap(Certificate::seal).isPresent()) {
            return Answer.yes(List.of());
        }
        List<String> contradictions = Consistency.of(facts.get()).contradictions();
        if (!contradictions.isEmpty()) {
            return no(sign, "it contradicts itself: " + String.join("; ", contradictions));
        }
        if (!SignedCertificate.digest(facts.get()).equals(sign.digest())) {
            return no(sign, "another text of it was signed than the one here; are all nodes of one release?");
        }
        Optional<SigningKey> key = state.keys().key(sign.keyId());
        if (key.isEmpty() || key.get().retired().isPresent()) {
            return no(sign, "the key " + sign.keyId() + (key.isEmpty() ? " is not in the key ring" : " is retired"));
        }
        String text = SignedCertificate.text(facts.get(), Signer.of(key.get(), sign.now()));
        if (!Ed25519.signed(key.get().publicKey(), text, sign.signature())) {
            return no(sign, "the signature is not of its text by key " + sign.keyId());
        }
        return Answer.yes(List.of(new Event.CertificateSigned(
                sign.run(), new Seal(key.get().node(), sign.keyId(), sign.now(), sign.signature()))));
    }

    private static Answer no(Command.SignCertificate sign, String why) {
        return Answer.no(ProblemType.INVALID_ARGUMENT, "the certificate of " + sign.run() + " is not signed: " + why);
    }
}
