package io.meridian.control.signing;

import io.meridian.control.certificate.CertificateDecider;
import io.meridian.control.certificate.RunFacts;
import io.meridian.control.command.Command;
import io.meridian.control.command.CommandPort;
import io.meridian.control.command.Outcome;
import io.meridian.control.observe.AboutRun;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.StateSource;
import io.meridian.control.switching.Run;
import io.meridian.topology.certificate.CertificateFacts;
import io.meridian.topology.certificate.SignedCertificate;
import io.meridian.topology.certificate.SignedCertificate.Signer;
import io.meridian.topology.certificate.SigningKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Sees to it that this node's key is in the ring and, while it leads, that the keys of those who vote no more retire and every certificate is
 * signed. It looks at what is so, never at what
 * happened: whatever a crash or a lost answer left undone is done at the next look, by whoever leads then.
 */
public final class CertificateSigner implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CertificateSigner.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** After an attempt that came to nothing. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final CommandPort port;
    private final StateSource source;
    private final Clock clock;
    private final BooleanSupplier leads;
    private final Supplier<Set<String>> voters;
    private final String node;
    private final NodeKey key;
    private final Semaphore changed = new Semaphore(1);
    private final Map<String, Long> failedNanos = new HashMap<>();
    private final AutoCloseable listening;
    private final Thread thread;
    private volatile boolean closed;

    /** @param voters who votes and will go on to; empty while that is not settled */
    public CertificateSigner(
            CommandPort port,
            StateSource source,
            Clock clock,
            BooleanSupplier leads,
            Supplier<Set<String>> voters,
            String node,
            NodeKey key) {
        this.port = port;
        this.source = source;
        this.clock = clock;
        this.leads = leads;
        this.voters = voters;
        this.node = node;
        this.key = key;
        listening = source.onChange(changed::release);
        thread = Thread.ofVirtual().name("certificate-signer").start(this::run);
    }

    private void run() {
        while (!closed) {
            try {
                changed.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                changed.drainPermits();
                look(source.current());
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("a look for certificates to sign failed", e);
            }
        }
    }

    private void look(ControlState state) throws InterruptedException {
        Set<String> voting = voters.get();
        if (!voting.contains(node)) {
            return;
        }
        Optional<SigningKey> known = state.keys().key(key.id());
        if (known.isEmpty() || known.get().retired().isPresent()) {
            attempt("key " + key.id(), new Command.RegisterKey(clock.instant(), node, key.publicKey()));
            return;
        }
        if (!leads.getAsBoolean()) {
            return;
        }
        for (SigningKey key : state.keys().keys()) {
            if (key.retired().isEmpty() && !voting.contains(key.node())) {
                attempt("retired key of " + key.node(), new Command.RetireKey(clock.instant(), key.id()));
            }
        }
        for (Run run : CertificateDecider.unsigned(state)) {
            if (mayTry("run " + run.id())) {
                sign(run, known.get());
            }
        }
    }

    private void sign(Run run, SigningKey own) throws InterruptedException {
        CertificateFacts facts = RunFacts.of(run).orElseThrow();
        Instant now = clock.instant();
        String signature = key.sign(SignedCertificate.text(facts, Signer.of(own, now)));
        try (var _ = AboutRun.of(run.id())) {
            attempt(
                    "run " + run.id(),
                    new Command.SignCertificate(now, run.id(), SignedCertificate.digest(facts), own.id(), signature));
        }
    }

    private boolean mayTry(String what) {
        Long failed = failedNanos.get(what);
        return failed == null || System.nanoTime() - failed > AGAIN.toNanos();
    }

    private void attempt(String what, Command command) throws InterruptedException {
        if (!mayTry(what)) {
            return;
        }
        switch (port.submit(command)) {
            case Outcome.Committed _ -> {
                failedNanos.remove(what);
                LOG.infof("signing committed what=%s", what);
            }
            case Outcome.Refused refused -> {
                failedNanos.put(what, System.nanoTime());
                LOG.warnf("signing refused what=%s why=%s", what, refused.why().detail());
            }
            case Outcome.Unknown unknown -> {
                failedNanos.put(what, System.nanoTime());
                LOG.debugf("signing not answered what=%s why=%s", what, unknown.detail());
            }
            case Outcome.Previewed _ -> throw new IllegalStateException("a commit previews nothing");
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        try {
            listening.close();
        } catch (Exception e) {
            LOG.debugf("listening did not end why=%s", e);
        }
        thread.interrupt();
        thread.join(2000);
    }
}
