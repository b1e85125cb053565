package io.meridian.local.instance;

import io.meridian.local.process.Folders;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;

/**
 * Passwords and the token of an instance, drawn once: {@code secrets.properties} (0600). Services get theirs in a file of their own, because
 * each should know only what it needs.
 */
public final class Secrets {
    private static final String FILE = "secrets.properties";

    private final Properties values;

    private Secrets(Properties values) {
        this.values = values;
    }

    /** Reads the instance's, and draws what is missing. */
    public static Secrets of(Layout layout) throws IOException {
        Path file = layout.folder().resolve(FILE);
        var values = new Properties();
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                values.load(reader);
            }
        }
        int known = values.size();
        var secrets = new Secrets(values);
        secrets.draw("admin.token");
        for (String region : layout.regions()) {
            for (String role : new String[] {"postgres", "meridian_agent", "ledger", "ledger_owner"}) {
                secrets.draw(region + "." + role);
            }
        }
        if (values.size() != known) {
            var text = new StringWriter();
            values.store(text, null);
            Folders.write(file, text.toString(), "rw-------");
        }
        return secrets;
    }

    public String token() {
        return get("admin.token");
    }

    public String password(String region, String role) {
        return get(region + "." + role);
    }

    private String get(String name) {
        String value = values.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("no secret named " + name);
        }
        return value;
    }

    private void draw(String name) {
        if (!values.containsKey(name)) {
            byte[] random = new byte[20];
            new SecureRandom().nextBytes(random);
            values.setProperty(name, HexFormat.of().formatHex(random));
        }
    }
}
