package io.meridian.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meridian.topology.certificate.CertificateCheck;
import io.meridian.topology.certificate.CertificateCheck.Authorship;
import io.meridian.topology.certificate.CertificateCheck.Report;
import io.meridian.topology.certificate.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks no control plane: whoever has the two files can check on any machine. */
@Command(
        name = "verify",
        description = {
            "Checks a certificate without a control plane: who signed it, that nothing in it was changed, and that its"
                    + " verdict follows from its facts.",
            "Exit code 0: all of that holds, and the certificate says that nothing was lost (or that nothing moved)."
        },
        exitCodeList = "1:not proven, or no certificate")
final class CertificateVerifyCommand implements Callable<Integer> {
    /** Two members of one name would be read differently by different programs. */
    private static final ObjectMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(1 << 20)
                            .build())
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    @Parameters(index = "0", paramLabel = "FILE", description = "As certificate get wrote it.")
    private Path file = Path.of("");

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "The cluster's key ring, as certificate keys wrote it when you trusted the way it came. Else"
                    + " MERIDIAN_KEYS.")
    private @Nullable Path keys;

    @Option(
            names = "--any-key",
            description =
                    "Without a key ring: be content with the key that the certificate names itself. Shows only that the"
                            + " file is whole; anybody can make such a file.")
    private boolean anyKey;

    @Option(
            names = "--json",
            description = "As {\"proven\", \"signature\", \"run\", \"verdict\", \"contradictions\", \"gaps\"}.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean help;

    @Spec
    private @Nullable CommandSpec spec;

    private final Surroundings around;

    CertificateVerifyCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        Optional<List<SigningKey>> ring = ring();
        var console = new Console(around);
        return switch (CertificateCheck.check(parsed(file), ring)) {
            case Report.NoCertificate none -> {
                if (json) {
                    console.json(Map.of("proven", false, "faults", none.faults()));
                } else {
                    console.line(console.bad("no certificate") + "  " + file);
                    none.faults().forEach(fault -> console.line("  " + CertificateReport.plain(fault)));
                }
                yield ExitCode.FAILED.number();
            }
            case Report.Checked checked -> {
                if (json) {
                    console.json(outward(checked));
                } else {
                    new CertificateReport(console).print(checked);
                }
                yield checked.proven() || (anyKey && ring.isEmpty() && checked.holds())
                        ? ExitCode.DONE.number()
                        : ExitCode.FAILED.number();
            }
        };
    }

    private static Map<String, Object> outward(Report.Checked checked) {
        Map<String, Object> outward = new LinkedHashMap<>();
        outward.put("proven", checked.proven());
        outward.put(
                "signature",
                switch (checked.by()) {
                    case Authorship.ByRing _ -> "GOOD";
                    case Authorship.ByPrintedKey _ -> "KEY_NOT_TRUSTED";
                    case Authorship.ByStranger _ -> "KEY_UNKNOWN";
                    case Authorship.TooLate _ -> "KEY_RETIRED";
                    case Authorship.Broken _ -> "BROKEN";
                    case Authorship.Unsigned _ -> "NONE";
                });
        outward.put("run", checked.facts().run());
        outward.put("verdict", checked.facts().verdict());
        outward.put("contradictions", checked.consistency().contradictions());
        outward.put("gaps", checked.consistency().gaps());
        return outward;
    }

    private Optional<List<SigningKey>> ring() {
        String named = keys != null ? keys.toString() : around.environment().getOrDefault("MERIDIAN_KEYS", "");
        if (named.isEmpty()) {
            return Optional.empty();
        }
        if (anyKey) {
            throw usage("--any-key is for when there is no key ring; one is given: " + named);
        }
        return switch (SigningKey.read(parsed(Path.of(named)))) {
            case SigningKey.Reading.Read read -> Optional.of(read.keys());
            case SigningKey.Reading.Refused refused ->
                throw usage(named + " is no key ring: " + String.join("; ", refused.faults()));
        };
    }

    private Object parsed(Path from) {
        try {
            Object document = STRICT.readValue(Files.readAllBytes(from), Object.class);
            return document == null ? "" : document;
        } catch (JacksonException unfit) {
            throw usage(from + " is not JSON: " + unfit.getOriginalMessage());
        } catch (IOException unreadable) {
            throw usage("cannot read " + from + ": " + unreadable);
        }
    }

    private CommandLine.ParameterException usage(String message) {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli: " + message);
        }
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }
}
