package io.meridian.router.ads;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority of a test, in a folder: {@code ca.crt}, and what it issues. */
final class Certificates {
    private static final X500Principal SUBJECT = new X500Principal("CN=test authority");

    private final Path folder;
    private final KeyPair keys = newKeys();
    private final X509Certificate certificate;

    Certificates(Path folder) throws Exception {
        this.folder = folder;
        var builder = builder(SUBJECT, keys);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        certificate = signed(builder);
        write(folder.resolve("ca.crt"), pem(certificate));
    }

    Path ca() {
        return folder.resolve("ca.crt");
    }

    AdsTls.PemFiles files(String name) {
        return new AdsTls.PemFiles(folder.resolve(name + ".crt"), folder.resolve(name + ".key"), ca());
    }

    /** Issues {@code name.crt} and {@code name.key}, over what was there. @return the serial number */
    BigInteger issue(String name, String... uris) throws Exception {
        KeyPair own = newKeys();
        var builder = builder(new X500Principal("CN=" + name), own);
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(Stream.concat(
                                Stream.of(new GeneralName(GeneralName.dNSName, "localhost")),
                                Stream.of(uris).map(uri -> new GeneralName(GeneralName.uniformResourceIdentifier, uri)))
                        .toArray(GeneralName[]::new)));
        X509Certificate issued = signed(builder);
        write(folder.resolve(name + ".key"), pem(new JcaPKCS8Generator(own.getPrivate(), null)));
        write(folder.resolve(name + ".crt"), pem(issued));
        return issued.getSerialNumber();
    }

    private JcaX509v3CertificateBuilder builder(X500Principal subject, KeyPair of) {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                SUBJECT,
                new BigInteger(100, new SecureRandom()).add(BigInteger.ONE),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofDays(1))),
                subject,
                of.getPublic());
    }

    private X509Certificate signed(JcaX509v3CertificateBuilder builder)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    private static KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new AssertionError(missing);
        }
    }

    private static String pem(Object object) throws IOException {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }

    private static void write(Path file, String content) throws IOException {
        Path fresh = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
