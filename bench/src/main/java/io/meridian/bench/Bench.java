package io.meridian.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/** One measurement against running regions. Leaves them as it found them, but for its own rows. */
interface Bench {
    /** What is measured, for people. */
    String title();

    /** @throws BenchFailedException nothing could be measured; what was wrong with the regions */
    List<Measurement> run(Regions regions) throws IOException, InterruptedException, SQLException;
}
