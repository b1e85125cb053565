package io.meridian.router.conformance;

import java.util.List;

/**
 * One rule of the protocol.
 *
 * @param variants that it holds for
 * @param sentence what a server does
 * @param section of the xDS protocol's specification that says so, or {@link #BEYOND}
 */
record Rule(String id, List<Scene.Variant> variants, String sentence, String section, Steps steps) {
    /** Not in the specification: what who runs Envoys needs besides. */
    static final String BEYOND = "(beyond the specification)";

    static final List<Scene.Variant> BOTH = List.of(Scene.Variant.DELTA, Scene.Variant.WORLD);
    static final List<Scene.Variant> DELTA = List.of(Scene.Variant.DELTA);
    static final List<Scene.Variant> WORLD = List.of(Scene.Variant.WORLD);

    /** Throws {@link RuleBrokenException} with what happened instead. */
    interface Steps {
        void run(Scene scene) throws Exception;
    }

    static void must(boolean holds, String otherwise) {
        if (!holds) {
            throw new RuleBrokenException(otherwise);
        }
    }

    /** @param resources {@code name=content}: all that the response holds */
    static Received holds(Received response, String... resources) {
        var wanted = Snapshot.NOTHING.with(Kind.CLUSTER, resources).of(Kind.CLUSTER);
        must(response.contents().equals(wanted), "sent " + response.contents() + " instead of " + wanted);
        return response;
    }

    static Received removes(Received response, String... names) {
        must(
                response.removed().equals(List.of(names)),
                "removed " + response.removed() + " instead of " + List.of(names));
        return response;
    }
}
