package io.meridian.cli;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Puts into every command's help with what it may end. What a command has in common with others follows from its options; what it says
 * itself ({@code exitCodeList}, such as what is bad about its result) goes before. A group of commands has what they have.
 */
final class ExitCodeHelp {
    private ExitCodeHelp() {}

    static void into(CommandLine command) {
        document(command);
    }

    private static Map<ExitCode, String> document(CommandLine command) {
        Map<ExitCode, String> codes = new EnumMap<>(ExitCode.class);
        for (CommandLine below : command.getSubcommands().values()) {
            document(below).keySet().forEach(code -> codes.put(code, code.meaning()));
        }
        CommandSpec spec = command.getCommandSpec();
        add(codes, ExitCode.DONE, ExitCode.USAGE);
        if (has(spec, ApiOptions.class)) {
            add(codes, ExitCode.REFUSED, ExitCode.NOT_FOUND, ExitCode.UNAVAILABLE);
        }
        if (has(spec, ChangeOptions.class)) {
            add(codes, ExitCode.CONFLICT, ExitCode.UNKNOWN, ExitCode.WAITS);
        }
        Map<String, String> own = spec.usageMessage().exitCodeList();
        for (ExitCode code : ExitCode.values()) {
            String said = own.get(Integer.toString(code.number()));
            if (said != null) {
                codes.put(code, said);
            }
        }
        Map<String, String> list = new LinkedHashMap<>();
        codes.forEach((code, meaning) -> list.put(Integer.toString(code.number()), meaning));
        spec.usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(list);
        return codes;
    }

    private static void add(Map<ExitCode, String> codes, ExitCode... added) {
        for (ExitCode code : added) {
            codes.put(code, code.meaning());
        }
    }

    private static boolean has(CommandSpec spec, Class<?> options) {
        return spec.mixins().values().stream().map(CommandSpec::userObject).anyMatch(options::isInstance);
    }
}
