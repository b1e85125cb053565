package io.meridian.control.signing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** The key of this node. */
@ConfigMapping(prefix = "meridian.signing")
public interface SigningConfig {
    /** Made at the first start, readable by this user only, never copied to another node. One that is lost is replaced by a new one. */
    @WithDefault("data/signing.key")
    Path keyFile();
}
