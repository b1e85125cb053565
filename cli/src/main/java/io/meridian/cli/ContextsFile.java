package io.meridian.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.Documents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where contexts are kept: {@code meridian/contexts.json} below {@code XDG_CONFIG_HOME}, else {@code ~/.config}. It holds tokens, so it is its
 * owner's only, and a file that others could read or write is not used. It is replaced as a whole: who reads it meanwhile, or after a
 * crash, has the old one or the new one. No message repeats what stands in it.
 */
final class ContextsFile {
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private final Path file;

    private ContextsFile(Path file) {
        this.file = file;
    }

    /** @return empty: this process has no home to keep anything in */
    static Optional<ContextsFile> of(Map<String, String> environment) {
        // A relative one is to be ignored, says the XDG Base Directory Specification.
        return Optional.of(environment.getOrDefault("XDG_CONFIG_HOME", ""))
                .filter(folder -> folder.startsWith("/"))
                .or(() -> Optional.of(environment.getOrDefault("HOME", ""))
                        .filter(home -> !home.isEmpty())
                        .map(home -> home + "/.config"))
                .map(folder -> new ContextsFile(Path.of(folder, "meridian", "contexts.json")));
    }

    Path path() {
        return file;
    }

    /** @throws SettingException it cannot be used; how to mend it is said */
    Contexts read() {
        if (!Files.exists(file)) {
            return Contexts.NONE;
        }
        try {
            refuseOthers();
            return contexts(STRICT.readTree(Files.readAllBytes(file)));
        } catch (JacksonException unfit) {
            var at = unfit.getLocation();
            throw wrong(
                    "is not JSON" + (at == null ? "" : ": line " + at.getLineNr() + ", column " + at.getColumnNr()));
        } catch (IOException unreadable) {
            throw wrong("cannot be read: " + unreadable);
        }
    }

    /** @throws SettingException it cannot be written, and is as it was */
    void write(Contexts contexts) {
        byte[] text = (Documents.write(document(contexts)) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            Path place = Files.exists(file) ? file.toRealPath() : file; // what a link leads to, and not the link
            Path folder = place.resolveSibling("");
            Files.createDirectories(folder, only("rwx------"));
            Path fresh = Files.createTempFile(folder, ".contexts", ".json", only("rw-------"));
            try {
                try (var out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                    var left = ByteBuffer.wrap(text);
                    while (left.hasRemaining()) {
                        out.write(left);
                    }
                    out.force(true);
                }
                Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException unwritable) {
            throw wrong("cannot be written: " + unwritable);
        }
    }

    private void refuseOthers() throws IOException {
        Set<PosixFilePermission> others = EnumSet.allOf(PosixFilePermission.class);
        others.removeAll(PosixFilePermissions.fromString("rwx------"));
        others.retainAll(Files.getPosixFilePermissions(file));
        if (!others.isEmpty()) {
            throw wrong("holds tokens, and others than you may open it: chmod 600 " + file);
        }
        Set<PosixFilePermission> ofFolder = Files.getPosixFilePermissions(file.resolveSibling(""));
        if (ofFolder.contains(PosixFilePermission.GROUP_WRITE) || ofFolder.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw wrong("lies where others than you may put another in its place: chmod 700 " + file.getParent());
        }
    }

    private Contexts contexts(JsonNode document) {
        refuseUnknown(document, "", Set.of("chosen", "contexts"));
        var byName = new TreeMap<String, Contexts.Context>();
        JsonNode all = document.path("contexts");
        if (!all.isObject()) {
            throw wrong("/contexts is to be an object of contexts by name");
        }
        all.properties().forEach(each -> byName.put(each.getKey(), context(each.getKey(), each.getValue())));
        Optional<String> chosen = text(document, "", "chosen");
        if (chosen.isPresent() && !byName.containsKey(chosen.get())) {
            throw wrong("/chosen names a context that is not there");
        }
        return new Contexts(chosen, byName);
    }

    private Contexts.Context context(String name, JsonNode document) {
        String at = "/contexts/" + name;
        if (!name.matches(Contexts.NAME)) {
            throw wrong("a name below /contexts is none: letters, digits, '.', '_' and '-', 63 at most");
        }
        refuseUnknown(document, at, Set.of("api", "token"));
        var api = text(document, at, "api")
                .flatMap(Target::address)
                .orElseThrow(() -> wrong(at + "/api is to be the address of a control plane"));
        Optional<String> token = text(document, at, "token");
        if (token.isPresent() && !token.get().matches(Target.TOKEN)) {
            throw wrong(at + "/token is no token: visible ASCII characters in one line");
        }
        return new Contexts.Context(api, token);
    }

    private void refuseUnknown(JsonNode document, String at, Set<String> known) {
        if (!document.isObject()) {
            throw wrong((at.isEmpty() ? "the whole" : at) + " is to be an object");
        }
        document.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                throw wrong(at + "/" + key + " is not known; there are " + new TreeSet<>(known));
            }
        });
    }

    private Optional<String> text(JsonNode document, String at, String key) {
        JsonNode value = document.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw wrong(at + "/" + key + " is to be a text");
        }
        return Optional.of(value.textValue());
    }

    private static ObjectNode document(Contexts contexts) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        contexts.chosen().ifPresent(name -> document.put("chosen", name));
        ObjectNode all = document.putObject("contexts");
        contexts.byName().forEach((name, context) -> {
            ObjectNode one = all.putObject(name).put("api", context.api().toString());
            context.token().ifPresent(token -> one.put("token", token));
        });
        return document;
    }

    private static FileAttribute<Set<PosixFilePermission>> only(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    private SettingException wrong(String what) {
        return new SettingException(file + " " + what);
    }
}
