package io.meridian.cli.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * One line of the audit, checked by what docs/audit.md says and not by the control plane's own code.
 *
 * @param at as it came, since the text is hashed
 */
public record AuditEntry(
        long number,
        String at,
        String who,
        List<String> roles,
        String what,
        String why,
        String outcome,
        boolean alarm,
        long before,
        long after,
        String previous,
        String hash) {
    public static final String START = "0".repeat(64);

    /** Whether the hash is that of everything else here. */
    public boolean holds() {
        List<String> facts = List.of(
                previous,
                "" + number,
                at,
                who,
                String.join(" ", roles),
                what,
                why,
                outcome,
                "" + alarm,
                "" + before,
                "" + after);
        var text = new StringBuilder();
        for (String fact : facts) {
            text.append(fact.getBytes(StandardCharsets.UTF_8).length)
                    .append(':')
                    .append(fact)
                    .append(',');
        }
        try {
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
                    .equals(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
