package io.meridian.control.rest;

import io.meridian.topology.ProblemType;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.QueryParam;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** What every change takes beside its document: whether to do it or only to say what it would come to, and under which key. */
public class ChangeOptions {
    /** It is kept for a day, in every replica. */
    private static final Pattern KEY = Pattern.compile("[!-~]{1,128}");

    @Parameter(hidden = true)
    @QueryParam("dryRun")
    @Nullable
    String dryRun;

    @Parameter(hidden = true)
    @HeaderParam("Idempotency-Key")
    @Nullable
    String idempotencyKey;

    /** Nothing is to be changed. What is neither true nor false is refused: taken for false, it would change something. */
    boolean dry() {
        return Pages.flag("dryRun", dryRun);
    }

    /** For the command: a dry run has none, a change that was given none has one of its own. */
    String key() {
        if (idempotencyKey != null && !KEY.matcher(idempotencyKey).matches()) {
            throw new RefusedException(
                    ProblemType.INVALID_ARGUMENT,
                    "the header Idempotency-Key is 1 to 128 visible ASCII characters, such as a UUID");
        }
        if (dry()) {
            return "";
        }
        return idempotencyKey == null ? UUID.randomUUID().toString() : idempotencyKey;
    }
}
