package io.meridian.local.tls;

import io.meridian.local.process.Folders;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The certificate authority of one local run, in a folder: {@code ca.crt}, {@code ca.key}, and per identity {@link IdentityFiles}. */
public final class LocalAuthority {
    private static final X500Principal SUBJECT = new X500Principal("CN=Meridian local authority");
    private static final Duration VALID = Duration.ofDays(3650);

    private final Path folder;
    private final X509Certificate certificate;
    private final KeyPair keys;

    private LocalAuthority(Path folder, X509Certificate certificate, KeyPair keys) {
        this.folder = folder;
        this.certificate = certificate;
        this.keys = keys;
    }

    /** Makes the authority, or takes the one that is in the folder. */
    public static LocalAuthority create(Path folder) {
        try {
            Files.createDirectories(folder);
            if (Files.exists(folder.resolve("ca.crt")) && Files.exists(folder.resolve("ca.key"))) {
                return read(folder);
            }
            KeyPair keys = newKeys();
            var builder =
                    new JcaX509v3CertificateBuilder(SUBJECT, serial(), from(), until(), SUBJECT, keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            X509Certificate certificate = signed(builder, keys);
            write(folder.resolve("ca.key"), pem(new JcaPKCS8Generator(keys.getPrivate(), null)), "rw-------");
            write(folder.resolve("ca.crt"), pem(certificate), "rw-r--r--");
            return new LocalAuthority(folder, certificate, keys);
        } catch (IOException | GeneralSecurityException | OperatorCreationException failed) {
            throw new IllegalStateException("no certificate authority in " + folder, failed);
        }
    }

    /** The files of {@code identity}, issued now if they are not there. */
    public IdentityFiles issue(Identity identity) {
        return files(identity).present() ? files(identity) : renew(identity);
    }

    /** Issues a new key and certificate and puts them in the place of the old ones, which stay valid. */
    public IdentityFiles renew(Identity identity) {
        try {
            KeyPair own = newKeys();
            var builder = new JcaX509v3CertificateBuilder(
                    certificate, serial(), from(), until(), new X500Principal("CN=" + identity.dns()), own.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                new GeneralName(GeneralName.uniformResourceIdentifier, identity.spiffe()),
                new GeneralName(GeneralName.dNSName, identity.dns())
            }));
            IdentityFiles files = files(identity);
            files.swap(
                    pem(signed(builder, keys)), pem(new JcaPKCS8Generator(own.getPrivate(), null)), pem(certificate));
            files.writeSds();
            return files;
        } catch (IOException | GeneralSecurityException | OperatorCreationException failed) {
            throw new IllegalStateException("no certificate for " + identity.spiffe(), failed);
        }
    }

    private IdentityFiles files(Identity identity) {
        return IdentityFiles.of(folder, identity);
    }

    private static LocalAuthority read(Path folder) throws IOException, GeneralSecurityException {
        X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate((X509CertificateHolder) parse(folder.resolve("ca.crt")));
        var key = new JcaPEMKeyConverter().getPrivateKey((PrivateKeyInfo) parse(folder.resolve("ca.key")));
        return new LocalAuthority(folder, certificate, new KeyPair(certificate.getPublicKey(), key));
    }

    private static Object parse(Path file) throws IOException {
        try (var parser = new PEMParser(new StringReader(Files.readString(file)))) {
            return parser.readObject();
        }
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509Certificate signed(JcaX509v3CertificateBuilder builder, KeyPair by)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate())));
    }

    private static BigInteger serial() {
        return new BigInteger(120, new SecureRandom()).add(BigInteger.ONE);
    }

    /** A little in the past, for clocks that are behind. */
    private static Date from() {
        return Date.from(Instant.now().minus(Duration.ofHours(1)));
    }

    private static Date until() {
        return Date.from(Instant.now().plus(VALID));
    }

    private static String pem(Object object) throws IOException {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }

    private static void write(Path file, String content, String permissions) throws IOException {
        Folders.write(file, content, permissions);
    }
}
