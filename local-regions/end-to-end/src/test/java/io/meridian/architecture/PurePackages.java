package io.meridian.architecture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A package is pure when its package-info says so, in a sentence that begins with 'Pure'; these tests make it true. */
final class PurePackages {
    /** Those whose purity the design rests on: leaving the word out does not free them. */
    static final Set<String> ALWAYS = Set.of(
            "io.meridian.topology",
            "io.meridian.topology.ownership",
            "io.meridian.conflict",
            "io.meridian.control.state",
            "io.meridian.control.command",
            "io.meridian.control.switching");

    private static final Pattern SAYS_SO = Pattern.compile("(?:^|[.;:]\\s+|\\*\\s+)Pure\\b", Pattern.MULTILINE);
    private static final Pattern PACKAGE = Pattern.compile("^package ([a-z0-9_.]+);", Pattern.MULTILINE);

    private PurePackages() {}

    static Set<String> names() throws IOException {
        var names = new TreeSet<>(ALWAYS);
        for (Path file : SourceTree.filesEndingWith("package-info.java")) {
            String text = SourceTree.text(file);
            Matcher name = PACKAGE.matcher(text);
            if (file.toString().contains("src/main/java")
                    && SAYS_SO.matcher(text).find()
                    && name.find()) {
                names.add(name.group(1));
            }
        }
        return names;
    }
}
