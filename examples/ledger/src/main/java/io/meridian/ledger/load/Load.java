package io.meridian.ledger.load;

import java.io.IOException;

/** A load from beginning to verdict. */
public final class Load {
    private Load() {}

    /** @throws LoadFailedException no ledger answers */
    public static LoadResult run(LoadOptions options) throws InterruptedException, IOException {
        return LoadRun.start(options).await();
    }
}
