package io.meridian.router.ads;

import io.meridian.router.compile.Scope;
import io.meridian.topology.RegionId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The names in certificates: {@code spiffe://meridian/router/<region>} and {@code spiffe://meridian/envoy/<region>/<node>[/<service>]}. */
final class SpiffeId {
    private static final String ROUTER = "spiffe://meridian/router/";
    private static final String ENVOY = "spiffe://meridian/envoy/";
    private static final String FORM = ENVOY + "<region>/<node.id>, or " + ENVOY + "<region>/<node.id>/<service>";
    private static final int URI_NAME = 6;

    private SpiffeId() {}

    static String router(RegionId region) {
        return ROUTER + region.name();
    }

    /** What the holder of {@code certificate} is served by the router of {@code region}. */
    static Admission admission(X509Certificate certificate, RegionId region) {
        List<String> names = names(certificate);
        if (names.size() != 1) {
            return new Admission.TurnedAway(
                    "the certificate has " + names.size() + " URI names; one is needed, of the form " + FORM);
        }
        String name = names.getFirst();
        String[] parts = name.startsWith(ENVOY) ? name.substring(ENVOY.length()).split("/", -1) : new String[0];
        if (parts.length < 2 || parts.length > 3 || List.of(parts).contains("")) {
            return new Admission.TurnedAway("the certificate's name " + name + " is not of the form " + FORM);
        }
        if (!parts[0].equals(region.name())) {
            return new Admission.TurnedAway("the certificate is of region '" + parts[0]
                    + "', this router is of region '" + region.name() + "'");
        }
        Scope scope = parts.length == 3 ? new Scope.Service(parts[2]) : new Scope.Region();
        return new Admission.Admitted(Optional.of(parts[1]), scope);
    }

    /** All URI names, printable or not. */
    static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> name.getFirst().equals(URI_NAME))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException malformed) {
            return List.of();
        }
    }
}
