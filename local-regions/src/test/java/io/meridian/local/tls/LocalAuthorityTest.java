package io.meridian.local.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalAuthorityTest {
    private static final Identity ENVOY = Identity.envoy("east", "east-edge-1");

    @TempDir
    Path folder;

    @Test
    void certificateCarriesTheSpiffeIdAndIsSignedByTheAuthority() throws Exception {
        IdentityFiles files = LocalAuthority.create(folder).issue(ENVOY);

        X509Certificate certificate = read(files.certificate());
        certificate.verify(read(files.authority()).getPublicKey());
        assertThat(certificate.getSubjectAlternativeNames())
                .anyMatch(name -> name.get(1).equals("spiffe://meridian/envoy/east/east-edge-1"));
    }

    @Test
    void whatIsThereStaysAndRenewingReplacesCertificateAndKeyAtOnce() throws Exception {
        IdentityFiles files = LocalAuthority.create(folder).issue(ENVOY);
        X509Certificate first = read(files.certificate());
        String key = Files.readString(files.key());
        Path data = files.certificate().resolveSibling("..data");
        Path version = data.toRealPath();

        LocalAuthority.create(folder).issue(ENVOY);
        assertThat(read(files.certificate())).isEqualTo(first);
        LocalAuthority.create(folder).renew(ENVOY);

        assertThat(read(files.certificate()).getSerialNumber()).isNotEqualTo(first.getSerialNumber());
        assertThat(Files.readString(files.key())).isNotEqualTo(key);
        assertThat(data.toRealPath()).isNotEqualTo(version);
        assertThat(version).doesNotExist();
        assertThat(Files.readSymbolicLink(files.key())).isEqualTo(Path.of("..data/tls.key"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.key())))
                .isEqualTo("rw-------");
    }

    private static X509Certificate read(Path file) throws Exception {
        try (var stream = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(stream);
        } catch (IOException failed) {
            throw new AssertionError("not readable: " + file, failed);
        }
    }
}
