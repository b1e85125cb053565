package io.meridian.topology;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a topology's texts must look like. Each rule answers with what is wrong, or with nothing. */
final class DocumentRules {
    /** Of regions. @see RegionId#isName */
    static final Pattern NAME = Pattern.compile("[a-z](?:[a-z0-9-]{0,29}[a-z0-9])?");

    static final String NAME_RULE =
            "a name: up to 31 lower-case letters, digits and hyphens, a letter first, no hyphen last";

    /** Of store groups: slots and publications carry them, and PostgreSQL allows no hyphen there. */
    static final Pattern GROUP = Pattern.compile("[a-z][a-z0-9_]{0,30}");

    static final String GROUP_RULE =
            "a store group's name: up to 31 lower-case letters, digits and underscores, a letter first";

    static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]{0,62}");
    static final String IDENTIFIER_RULE =
            "a column's name: up to 63 letters, digits and underscores, no digit first, spelled as the catalog has it";

    static final Pattern TABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]{0,62}\\.[A-Za-z_][A-Za-z0-9_$]{0,62}");
    static final String TABLE_RULE = "a table with its schema, such as public.account";

    private static final Pattern HEADER = Pattern.compile("[a-z0-9](?:[a-z0-9_-]{0,62})");
    private static final Pattern PARAMETER = Pattern.compile("[A-Za-z0-9_.-]{1,63}");
    private static final Pattern SEGMENT = Pattern.compile("[1-9]|[1-2][0-9]|3[0-2]");
    private static final Pattern CLAIM = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern DOMAIN = Pattern.compile(
            "(?:\\*\\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*+");
    private static final Pattern HOST = Pattern.compile("\\[[0-9A-Fa-f:.]{2,45}]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})");
    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

    private DocumentRules() {}

    /** The edge's script reads these: it knows no other kinds, and names that hold its separators would be cut. */
    static Optional<String> keySourceFault(String source) {
        int colon = source.indexOf(':');
        String kind = colon < 0 ? "" : source.substring(0, colon);
        String name = source.substring(colon + 1);
        return switch (kind) {
            case "header" -> {
                if (!HEADER.matcher(name).matches()) {
                    yield wrong(source, "a header is named in lower case, such as header:x-user-key");
                }
                yield name.startsWith("x-meridian-") || name.startsWith("x-envoy-")
                        ? wrong(
                                source,
                                "the edge removes x-meridian-* and x-envoy-* headers from requests; name another")
                        : Optional.empty();
            }
            case "cookie", "query" ->
                PARAMETER.matcher(name).matches()
                        ? Optional.empty()
                        : wrong(source, "a name has letters, digits, '_', '.' and '-', such as " + kind + ":uid");
            case "path" ->
                SEGMENT.matcher(name).matches()
                        ? Optional.empty()
                        : wrong(source, "path segments are numbered from 1 to 32, such as path:2");
            case "jwt" ->
                CLAIM.matcher(name).matches()
                        ? Optional.empty()
                        : wrong(source, "a claim has up to 64 letters, digits, '_', '.' and '-', such as jwt:sub");
            default -> wrong(source, "expected header:NAME, cookie:NAME, query:NAME or path:N, or jwt:CLAIM");
        };
    }

    /** Of requests, as a service has them. */
    static Optional<String> hostFault(String host) {
        if (host.length() <= 253 && DOMAIN.matcher(host).matches()) {
            return Optional.empty();
        }
        if (host.indexOf(':') >= 0) {
            return wrong(host, "hosts stand here without a port: any will do");
        }
        if (host.equals("*")) {
            return wrong(host, "leave 'hosts' out for whatever no other service takes");
        }
        return host.equals(host.toLowerCase(Locale.ROOT))
                ? wrong(host, "expected a host such as shop.example.com, or *.example.com for all below it")
                : wrong(host, "hosts are written in lower case");
    }

    static Optional<String> addressFault(String address) {
        int colon = address.lastIndexOf(':');
        if (colon < 1 || !HOST.matcher(address.substring(0, colon)).matches()) {
            return wrong(address, "expected host:port, such as 127.0.0.1:21050 or [::1]:21050");
        }
        String port = address.substring(colon + 1);
        return PORT.matcher(port).matches() && Integer.parseInt(port) <= 65_535
                ? Optional.empty()
                : wrong(address, "a port is a number from 1 to 65535");
    }

    private static Optional<String> wrong(String text, String cure) {
        return Optional.of("'" + text + "': " + cure);
    }
}
