package io.meridian.bench.sync;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that answers by {@link Answering}; ends when its standard input does. */
final class Worker implements AutoCloseable {
    private static final int STOP_LIMIT_SECONDS = 15;
    private static final int LINES_TOLD = 20;

    private final Process process;
    private final PrintWriter orders;
    private final BufferedReader answers;
    private final Path errors;

    Worker(Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                main.getName()));
        command.addAll(arguments);
        errors = Files.createTempFile("bench-worker", ".err");
        errors.toFile().deleteOnExit();
        var builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        process = builder.start();
        orders = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Nothing of it runs until {@link #thaw}. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -" + name + " of a worker ended with " + status);
        }
    }

    /** Empty: it does what it is for. */
    String problem() throws IOException {
        return ask(Answering.PROBLEM);
    }

    Way.Use use() throws IOException {
        String[] numbers = ask(Answering.USE).split(" ", 2);
        return new Way.Use(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    }

    private String ask(String order) throws IOException {
        orders.println(order);
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("a worker of the bench ended by itself; the end of what it said:\n" + lastWords());
        }
        return answer;
    }

    private String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(errors);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size()));
    }

    @Override
    public void close() {
        orders.close();
        try {
            if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
