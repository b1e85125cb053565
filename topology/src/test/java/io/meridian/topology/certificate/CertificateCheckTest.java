package io.meridian.topology.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.certificate.CertificateCheck.Authorship;
import io.meridian.topology.certificate.CertificateCheck.Report;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class CertificateCheckTest {
    private static final Sample.Node EAST = Sample.Node.made("east");
    private static final Sample.Node STRANGER = Sample.Node.made("east");
    private static final Map<String, Object> SIGNED = EAST.signed(Sample.facts());
    private static final Optional<List<SigningKey>> RING = Optional.of(List.of(EAST.key()));

    static final List<String> LEAVES = Sample.leaves(SIGNED);

    private static Report.Checked checked(Object document, Optional<List<SigningKey>> ring) {
        return (Report.Checked) CertificateCheck.check(document, ring);
    }

    @Test
    void whatAKeyOfTheRingSignedIsReadBackAndProven() {
        Report.Checked report = checked(SIGNED, RING);

        assertThat(report.by()).isInstanceOf(Authorship.ByRing.class);
        assertThat(report.consistency().contradictions()).isEmpty();
        assertThat(report.consistency().gaps()).isEmpty();
        assertThat(report.facts()).isEqualTo(Sample.facts());
        assertThat(report.proven()).isTrue();
    }

    /** No field of the document can be changed unseen, and none left out. */
    @ParameterizedTest
    @FieldSource("LEAVES")
    void anyChangedFieldIsFound(String pointer) {
        Object value = Sample.at(SIGNED, pointer);
        Object other = value instanceof Long number ? (Object) (number + 1) : flipped(String.valueOf(value));

        assertThat(proven(Sample.changed(SIGNED, pointer, Optional.of(other))))
                .as("changed to " + other)
                .isFalse();
        assertThat(proven(Sample.changed(SIGNED, pointer, Optional.empty())))
                .as("left out")
                .isFalse();
    }

    private static String flipped(String text) {
        return text.isEmpty() ? "x" : (text.charAt(0) == 'A' ? 'B' : 'A') + text.substring(1);
    }

    private static boolean proven(Object document) {
        return CertificateCheck.check(document, RING) instanceof Report.Checked report && report.proven();
    }

    @Test
    void thereAreFieldsToChange() {
        assertThat(LEAVES)
                .hasSizeGreaterThan(60)
                .contains("/certificate/moved/0/before/hash", "/signed/at", "/signature");
    }

    @Test
    void whatNobodyKnowsIsNoCertificate() {
        Object more = Sample.changed(SIGNED, "/certificate/counts/lost", Optional.of(5L));

        assertThat(CertificateCheck.check(more, RING))
                .isEqualTo(new Report.NoCertificate(List.of("/certificate/counts/lost: not known in this format")));
        assertThat(CertificateCheck.check("text", RING)).isInstanceOf(Report.NoCertificate.class);
        assertThat(CertificateCheck.check(Map.of(), RING)).isInstanceOf(Report.NoCertificate.class);
    }

    @Test
    void aForgeryWithAKeyOfOnesOwnIsAStrangersAndWithoutARingNotProven() {
        Map<String, Object> forged = STRANGER.signed(Sample.facts());

        assertThat(checked(forged, RING).by()).isInstanceOf(Authorship.ByStranger.class);
        assertThat(checked(forged, RING).holds()).isFalse();
        assertThat(checked(forged, Optional.empty()).by()).isInstanceOf(Authorship.ByPrintedKey.class);
        assertThat(checked(forged, Optional.empty()).proven()).isFalse();
        assertThat(checked(forged, Optional.empty()).holds()).isTrue();
    }

    @Test
    void theRingsKeyBesideAStrangersSignatureIsFound() {
        var forged = new TreeMap<>(STRANGER.signed(Sample.facts()));
        forged.put("signed", SIGNED.get("signed"));

        assertThat(checked(forged, RING).by()).isInstanceOf(Authorship.Broken.class);
    }

    @Test
    void aRetiredKeysSignatureCountsIfItCameBefore() {
        Optional<List<SigningKey>> later =
                Optional.of(List.of(EAST.key().retired(Sample.AT.plusMillis(1)), STRANGER.key()));
        Optional<List<SigningKey>> earlier = Optional.of(List.of(EAST.key().retired(Sample.AT)));

        assertThat(checked(SIGNED, later).proven()).isTrue();
        assertThat(checked(SIGNED, earlier).by()).isInstanceOf(Authorship.TooLate.class);
        assertThat(checked(SIGNED, earlier).holds()).isFalse();
    }

    @Test
    void anUnsignedOneIsCheckedButProvesNothing() {
        Report.Checked report = checked(SignedCertificate.unsigned(Sample.facts()), RING);

        assertThat(report.by()).isEqualTo(new Authorship.Unsigned());
        assertThat(report.consistent()).isTrue();
        assertThat(report.holds()).isFalse();
    }

    @Test
    void aKeyRingReadsBackAndAKeyUnderAnotherIdIsRefused() {
        List<SigningKey> ring = List.of(EAST.key().retired(Sample.AT), STRANGER.key());
        Object tree = SigningKey.tree(ring);

        assertThat(SigningKey.read(tree)).isEqualTo(new SigningKey.Reading.Read(ring));
        assertThat(SigningKey.read(Sample.changed(
                        tree, "/keys/1/id", Optional.of(EAST.key().id()))))
                .isEqualTo(new SigningKey.Reading.Refused(List.of("/keys/1/id: is not the SHA-256 of its public key")));
    }
}
