package io.meridian.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The checkout that these tests judge: its sources as files, its production classes as bytecode. */
final class SourceTree {
    static final List<String> MODULES = List.of(
            "topology",
            "wire",
            "conflict-resolver",
            "control-plane",
            "router-xds",
            "sync-agent",
            "simulation",
            "cli",
            "examples/ledger",
            "local-regions",
            "bench",
            "drills");

    private static final Set<String> NOT_SOURCES = Set.of("target", "node_modules", ".git", ".meridian", "dist");
    private static final Path ROOT = Path.of(Objects.requireNonNull(
            System.getProperty("meridian.root"), "meridian.root is not set: run this with Maven, from the root"));

    private SourceTree() {}

    static Path root() {
        return ROOT;
    }

    /** @throws IllegalStateException a module is not compiled: a rule that sees nothing of it would hold for nothing */
    static JavaClasses productionClasses() {
        List<Path> folders = new ArrayList<>();
        for (String module : MODULES) {
            boolean hasSources = Files.isDirectory(ROOT.resolve(module).resolve("src/main/java/io"));
            Path classes = ROOT.resolve(module).resolve("target/classes");
            if (hasSources && !Files.isDirectory(classes.resolve("io/meridian"))) {
                throw new IllegalStateException(module + " is not compiled: mvn -pl " + module + " compile");
            }
            if (hasSources) {
                folders.add(classes);
            }
        }
        return new ClassFileImporter().importPaths(folders);
    }

    /** Every source file, of any language; nothing that was built or downloaded. */
    static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return NOT_SOURCES.contains(String.valueOf(folder.getFileName()))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                files.add(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException goneMeanwhile) {
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    static List<Path> filesEndingWith(String suffix) throws IOException {
        return files().stream().filter(file -> file.toString().endsWith(suffix)).toList();
    }

    static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new IllegalStateException("cannot read " + file, unreadable);
        }
    }
}
