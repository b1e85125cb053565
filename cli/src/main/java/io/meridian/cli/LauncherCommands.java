package io.meridian.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The commands that the launcher keeps for itself, as far as a shell can complete them. A test holds them against the launcher. */
final class LauncherCommands {
    /** A command's words, then {@code --flag}, {@code --with=} a value, {@code --of=these|values}; a bare {@code these|words} is an argument. */
    private static final List<String> ALL = List.of(
            "up --regions=1|3 --groups=1|2|3|4 --base=",
            "down",
            "reset",
            "status --json",
            "logs -n= -f",
            "renew-certificates",
            "load --rate= --seconds= --json --edges= --report=",
            "agent install --dry-run --apply --region=",
            "agent remove --dry-run --apply --region=",
            "drill list",
            "drill show lose-region|lose-link|evacuate-region",
            "drill run --region= --dry-run --yes --manual --json lose-region|lose-link|evacuate-region",
            "drill serve",
            "drill register",
            "drill readiness --json",
            "drill report --format=html|md|json --list",
            "drill abort",
            "drill undo",
            "bench quick --json",
            "bench control-plane --json",
            "bench router --json",
            "bench sync --json --rows=",
            "bench assignment --json",
            "bench failover --json",
            "bench fence --json",
            "sim --seeds= --seed= --from= --only= --mutants",
            "chaos failover",
            "chaos control-plane",
            "chaos drills",
            "chaos data-path",
            "model quick|all|full|trace",
            "images --output=",
            "images check",
            "fuzz-api --seconds= --seed=",
            "test kubernetes",
            "help",
            "version");

    private LauncherCommands() {}

    static void into(CommandLine program) {
        ALL.forEach(line -> add(program, line.split(" ")));
        instance(program);
    }

    private static void add(CommandLine program, String[] words) {
        CommandLine at = program;
        for (String word : words) {
            CommandSpec spec = at.getCommandSpec();
            if (word.startsWith("-")) {
                option(spec, word);
            } else if (word.contains("|")) {
                spec.addPositional(PositionalParamSpec.builder()
                        .completionCandidates(List.of(word.split("\\|")))
                        .build());
            } else {
                CommandLine below = at.getSubcommands().get(word);
                if (below == null) {
                    below = new CommandLine(CommandSpec.create().name(word));
                    at.addSubcommand(word, below);
                }
                at = below;
            }
        }
    }

    private static void option(CommandSpec spec, String word) {
        int sign = word.indexOf('=');
        var option = OptionSpec.builder(sign < 0 ? word : word.substring(0, sign));
        if (sign >= 0) {
            option.type(String.class).arity("1");
            if (sign < word.length() - 1) {
                option.completionCandidates(List.of(word.substring(sign + 1).split("\\|")));
            }
        }
        spec.addOption(option.build());
    }

    /** The launcher takes it away from every command line, whoever the command belongs to. */
    private static void instance(CommandLine command) {
        command.getCommandSpec()
                .addOption(OptionSpec.builder("--instance")
                        .type(String.class)
                        .arity("1")
                        .build());
        command.getSubcommands().values().stream().distinct().forEach(LauncherCommands::instance);
    }
}
