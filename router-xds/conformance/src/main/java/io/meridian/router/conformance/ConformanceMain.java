package io.meridian.router.conformance;

import java.util.List;

/** {@code ConformanceMain meridian | java-control-plane | host:port ...}: a table for each; exit status 1 if a rule does not hold. */
public final class ConformanceMain {
    private ConformanceMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length == 0) {
            System.err.println("conformance: name what to try: meridian, java-control-plane, or host:port of a server");
            System.exit(2);
        }
        boolean broken = false;
        for (String argument : arguments) {
            ServerUnderTest.Provider provider = provider(argument);
            List<Conformance.Tried> tried = Conformance.of(provider);
            System.out.print(Conformance.table(provider.name(), tried));
            broken |= tried.stream().anyMatch(Conformance.Tried::failed);
        }
        System.exit(broken ? 1 : 0);
    }

    private static ServerUnderTest.Provider provider(String argument) {
        int colon = argument.lastIndexOf(':');
        return switch (argument) {
            case "meridian" -> MeridianServer.provider();
            case "java-control-plane" -> JavaControlPlaneServer.provider();
            default -> {
                if (colon < 1 || !argument.substring(colon + 1).matches("\\d{1,5}")) {
                    System.err.println("conformance: '" + argument + "' is neither a known server nor host:port");
                    System.exit(2);
                }
                yield RemoteServer.provider(
                        argument.substring(0, colon), Integer.parseInt(argument.substring(colon + 1)));
            }
        };
    }
}
