package io.meridian.router.ads;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.CertificateUtils;
import io.meridian.topology.RegionId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jboss.logging.Logger;

/**
 * Who may attach: the holder of a certificate of our authority, as the node that it names. Files that change are taken for the next
 * handshakes; streams that are open go on.
 */
public final class AdsTls {
    private static final Logger LOG = Logger.getLogger(AdsTls.class);

    private final RegionId region;
    private final PemFiles files;
    private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
    private final AdvancedTlsX509TrustManager trust;
    private List<byte[]> taken = List.of();

    /** PEM files: certificate chain, its PKCS #8 key, authorities. */
    public record PemFiles(Path certificate, Path key, Path ca) {
        private List<byte[]> read() throws IOException {
            return List.of(Files.readAllBytes(certificate), Files.readAllBytes(key), Files.readAllBytes(ca));
        }
    }

    private AdsTls(RegionId region, PemFiles files) throws GeneralSecurityException {
        this.region = region;
        this.files = files;
        this.trust = AdvancedTlsX509TrustManager.newBuilder()
                .setVerification(AdvancedTlsX509TrustManager.Verification.CERTIFICATE_ONLY_VERIFICATION)
                .build();
    }

    /** @throws IOException the files are not there, or do not fit: which and why */
    public static AdsTls of(RegionId region, PemFiles files) throws IOException {
        try {
            var tls = new AdsTls(region, files);
            tls.take(files.read());
            return tls;
        } catch (GeneralSecurityException unfit) {
            throw new IOException("TLS of the ADS port: " + unfit.getMessage(), unfit);
        }
    }

    ServerCredentials credentials() {
        return TlsServerCredentials.newBuilder()
                .keyManager(keys)
                .trustManager(trust)
                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                .build();
    }

    /** Takes the files again when they differ; half-written ones are taken next time. */
    void reload() {
        try {
            List<byte[]> now = files.read();
            if (!same(now, taken)) {
                take(now);
                LOG.infof("ADS certificate reloaded file=%s", files.certificate());
            }
        } catch (IOException | GeneralSecurityException unfit) {
            LOG.warnf("ADS certificate not reloaded, the old one stays reason=%s", unfit.getMessage());
        }
    }

    Admission admission(Attributes attributes) {
        SSLSession session = attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return new Admission.TurnedAway("no TLS");
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain[0] instanceof X509Certificate certificate
                    ? SpiffeId.admission(certificate, region)
                    : new Admission.TurnedAway("no X.509 certificate");
        } catch (SSLPeerUnverifiedException none) {
            return new Admission.TurnedAway("no client certificate");
        }
    }

    private void take(List<byte[]> pem) throws IOException, GeneralSecurityException {
        X509Certificate[] chain = CertificateUtils.getX509Certificates(new ByteArrayInputStream(pem.get(0)));
        PrivateKey key = CertificateUtils.getPrivateKey(new ByteArrayInputStream(pem.get(1)));
        X509Certificate[] authorities = CertificateUtils.getX509Certificates(new ByteArrayInputStream(pem.get(2)));
        if (chain.length == 0 || authorities.length == 0) {
            throw new GeneralSecurityException(
                    "no certificate in " + (chain.length == 0 ? files.certificate() : files.ca()));
        }
        if (!SpiffeId.names(chain[0]).contains(SpiffeId.router(region))) {
            throw new GeneralSecurityException(files.certificate() + " must carry the URI name "
                    + SpiffeId.router(region) + ", it carries " + SpiffeId.names(chain[0]));
        }
        if (!fits(key, chain[0])) {
            throw new GeneralSecurityException(files.key() + " is not the key of " + files.certificate());
        }
        trust.updateTrustCredentials(authorities);
        keys.updateIdentityCredentials(chain, key);
        taken = pem;
    }

    private static boolean fits(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256with" + key.getAlgorithm();
        byte[] text = {1};
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(text);
        byte[] signature = signing.sign();
        if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        Signature verifying = Signature.getInstance(algorithm);
        verifying.initVerify(certificate.getPublicKey());
        verifying.update(text);
        return verifying.verify(signature);
    }

    private static boolean same(List<byte[]> one, List<byte[]> other) {
        return one.size() == other.size()
                && Arrays.deepEquals(one.toArray(byte[][]::new), other.toArray(byte[][]::new));
    }
}
