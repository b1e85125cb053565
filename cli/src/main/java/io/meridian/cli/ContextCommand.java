package io.meridian.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Control planes by name, so that an address and its token need not be said with each command. Tokens go in and are never shown. */
@Command(
        name = "context",
        description = "Keeps the addresses of control planes and tokens for them, and chooses one.",
        synopsisSubcommandLabel = "COMMAND")
final class ContextCommand extends CommandGroup {
    ContextCommand() {
        super("list, use, add, remove or show?");
    }

    static CommandLine with(Surroundings around) {
        return new CommandLine(new ContextCommand())
                .addSubcommand(new Listing(around))
                .addSubcommand(new Use(around))
                .addSubcommand(new Add(around))
                .addSubcommand(new Remove(around))
                .addSubcommand(new Show(around));
    }

    abstract static class OnFile implements Callable<Integer> {
        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this.")
        private boolean help;

        @Spec
        private @Nullable CommandSpec spec;

        private final Surroundings around;

        OnFile(Surroundings around) {
            this.around = around;
        }

        /** @throws SettingException see there */
        abstract ExitCode act(ContextsFile file, Console console);

        @Override
        public final Integer call() {
            try {
                var file = ContextsFile.of(around.environment())
                        .orElseThrow(() -> new SettingException(
                                "there is nowhere to keep contexts: neither HOME nor XDG_CONFIG_HOME is set"));
                return act(file, new Console(around)).number();
            } catch (SettingException unfit) {
                throw unfit.code() == ExitCode.USAGE ? usage(String.valueOf(unfit.getMessage())) : unfit;
            }
        }

        final CommandLine.ParameterException usage(String message) {
            return new CommandLine.ParameterException(
                    spec == null ? new CommandLine(this) : spec.commandLine(), message);
        }

        final Surroundings around() {
            return around;
        }
    }

    @Command(name = "list", description = "Lists them; the chosen one has a star.")
    static final class Listing extends OnFile {
        @Option(names = "--json", description = "As {\"chosen\", \"contexts\"}.")
        private boolean json;

        Listing(Surroundings around) {
            super(around);
        }

        @Override
        ExitCode act(ContextsFile file, Console console) {
            Contexts contexts = file.read();
            if (json) {
                var document = JsonNodeFactory.instance.objectNode();
                document.put("chosen", contexts.chosen().orElse(null));
                var all = document.putArray("contexts");
                contexts.byName().forEach((name, context) -> all.add(outward(name, context)));
                console.json(document);
            } else if (contexts.byName().isEmpty()) {
                console.line("none; the instance on this machine is what commands talk to");
            } else {
                console.table(
                        List.of("", "NAME", "ADDRESS", "TOKEN"),
                        contexts.byName().entrySet().stream()
                                .map(each -> List.of(
                                        contexts.chosen().equals(Optional.of(each.getKey())) ? "*" : "",
                                        each.getKey(),
                                        each.getValue().api().toString(),
                                        each.getValue().token().isPresent() ? "kept" : "-"))
                                .toList());
            }
            return ExitCode.DONE;
        }
    }

    private static ObjectNode outward(String name, Contexts.Context context) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("api", context.api().toString())
                .put("token", context.token().isPresent());
    }

    @Command(
            name = "use",
            description = "Chooses the one that commands talk to when nothing else says where.",
            exitCodeList = "4:there is no such context")
    static final class Use extends OnFile {
        @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "As list shows it.")
        private @Nullable String name;

        @Option(names = "--none", description = "None: the instance on this machine.")
        private boolean none;

        Use(Surroundings around) {
            super(around);
        }

        @Override
        ExitCode act(ContextsFile file, Console console) {
            if (none == (name != null)) {
                throw usage("which one? NAME, or --none");
            }
            file.write(file.read().choosing(Optional.ofNullable(name)));
            console.line(
                    name == null
                            ? "commands talk to the instance on this machine"
                            : "commands talk to context " + name);
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "add",
            description = "Keeps an address under a name, and a token for it.",
            footer = {
                "",
                "The token is copied: the file may be removed. Without one, each command is given a token as before.",
                "Example: ./meridian context add prod --api https://meridian.example.org --token-file prod.token",
                "         ./meridian context use prod"
            },
            exitCodeList = "5:there is one of that name already")
    static final class Add extends OnFile {
        @Parameters(index = "0", paramLabel = "NAME", description = "Letters, digits, '.', '_' and '-'.")
        private String name = "";

        @Option(names = "--api", paramLabel = "URL", required = true, description = "Of a control-plane node.")
        private String api = "";

        @Option(
                names = "--token-file",
                paramLabel = "FILE",
                description = "Holds the token; /dev/stdin reads it from a pipe.")
        private @Nullable Path tokenFile;

        @Option(names = "--replace", description = "Even if there is one of that name.")
        private boolean replace;

        Add(Surroundings around) {
            super(around);
        }

        @Override
        ExitCode act(ContextsFile file, Console console) {
            if (!name.matches(Contexts.NAME)) {
                throw usage("'" + name + "' is no name: letters, digits, '.', '_' and '-', 63 at most");
            }
            URI address = Target.address(api)
                    .orElseThrow(
                            () -> usage("'" + api + "' is no address of a control plane, such as " + Target.LOCAL));
            Contexts contexts = file.read();
            if (contexts.byName().containsKey(name) && !replace) {
                throw new SettingException(
                        ExitCode.CONFLICT,
                        "there is a context '" + name + "' already; take another name, or --replace");
            }
            Optional<String> token = Optional.ofNullable(tokenFile).map(Target::token);
            file.write(contexts.with(name, new Contexts.Context(address, token)));
            console.line("context " + name + " is kept in " + file.path()
                    + (contexts.chosen().equals(Optional.of(name))
                            ? ""
                            : "; to choose it: ./meridian context use " + name));
            return ExitCode.DONE;
        }
    }

    @Command(name = "remove", description = "Forgets one, with its token.", exitCodeList = "4:there is no such context")
    static final class Remove extends OnFile {
        @Parameters(index = "0", paramLabel = "NAME", description = "As list shows it.")
        private String name = "";

        Remove(Surroundings around) {
            super(around);
        }

        @Override
        ExitCode act(ContextsFile file, Console console) {
            Contexts before = file.read();
            Contexts after = before.without(name);
            file.write(after);
            console.line("context " + name + " is forgotten"
                    + (before.chosen().equals(after.chosen())
                            ? ""
                            : "; commands talk to the instance on this machine now"));
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "show",
            description = "Shows one; without NAME, where a command would go now, and what says so.",
            exitCodeList = "4:there is no such context")
    static final class Show extends OnFile {
        @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "As list shows it.")
        private @Nullable String name;

        @Option(
                names = "--json",
                description = "As {\"name\", \"api\", \"token\"}, or {\"api\", \"apiFrom\", \"token\", \"tokenFrom\"};"
                        + " token tells whether there is one.")
        private boolean json;

        Show(Surroundings around) {
            super(around);
        }

        @Override
        ExitCode act(ContextsFile file, Console console) {
            if (name != null) {
                Contexts.Context context = file.read().named(name);
                if (json) {
                    console.json(outward(name, context));
                } else {
                    console.line(
                            context.api() + ", " + (context.token().isPresent() ? "with a token" : "without a token"));
                }
                return ExitCode.DONE;
            }
            Target target = Target.of(new Target.Said(null, null, null), around().environment());
            Optional<String> tokenFrom = target.token().map(Target.Known::from);
            if (json) {
                console.json(JsonNodeFactory.instance
                        .objectNode()
                        .put("api", target.address().value().toString())
                        .put("apiFrom", target.address().from())
                        .put("token", tokenFrom.isPresent())
                        .put("tokenFrom", tokenFrom.orElse(null)));
            } else {
                console.line("address  " + target.address().value() + "  ("
                        + target.address().from() + ")");
                console.line(
                        "token    " + tokenFrom.map(from -> "(" + from + ")").orElse("none"));
            }
            return ExitCode.DONE;
        }
    }
}
