package io.meridian.topology;

/**
 * Which database a store is. Kept by whatever PostgreSQL copies as a whole (a standby, a base backup), lost with a database that is made anew.
 *
 * @param systemId PostgreSQL's system identifier
 * @param installation made with schema {@code meridian}; empty: it says none, or there is no such schema
 */
public record StoreIdentity(String systemId, String installation) {
    /** Whether this may be the database that {@code known} is: one that said nothing of its installation may say it now, and not the other way round. */
    public boolean mayBe(StoreIdentity known) {
        return systemId.equals(known.systemId)
                && (known.installation.isEmpty() || installation.equals(known.installation));
    }

    @Override
    public String toString() {
        return installation.isEmpty() ? systemId : systemId + "/" + installation;
    }
}
