package io.meridian.agent.orphan;

/**
 * What became of one.
 *
 * @param problem empty: it was carried out
 * @param present where the rows were written meanwhile: how they are, a JSON array of objects, null where there is none; else empty
 * @param over names just that state
 */
public record RevisionDone(String id, String problem, String present, String over) {
    static RevisionDone done(String id) {
        return new RevisionDone(id, "", "", "");
    }

    static RevisionDone refused(String id, String problem) {
        return new RevisionDone(id, problem, "", "");
    }
}
