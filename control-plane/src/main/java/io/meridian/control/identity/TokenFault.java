package io.meridian.control.identity;

import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jspecify.annotations.Nullable;

/** What is wrong with a token, said to whoever sent it; nothing of what is in it. */
final class TokenFault {
    private TokenFault() {}

    static String of(Throwable refused, String audience) {
        for (Throwable cause = refused; cause != null; cause = next(cause)) {
            if (cause instanceof InvalidJwtException invalid) {
                return of(invalid, audience);
            }
        }
        return "it is signed with a key that the identity provider does not have, or lacks a claim that is required";
    }

    private static @Nullable Throwable next(Throwable cause) {
        return cause.getCause() == cause ? null : cause.getCause();
    }

    private static String of(InvalidJwtException invalid, String audience) {
        if (invalid.hasErrorCode(ErrorCodes.SIGNATURE_INVALID) || invalid.hasErrorCode(ErrorCodes.SIGNATURE_MISSING)) {
            return "its signature is not the identity provider's";
        }
        if (invalid.hasExpired()) {
            return "it has expired; get a fresh one";
        }
        if (invalid.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
            return "it is not valid yet; do the clocks agree?";
        }
        if (invalid.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || invalid.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return "it is not for the audience '" + audience + "'";
        }
        if (invalid.hasErrorCode(ErrorCodes.ISSUER_INVALID) || invalid.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
            return "it is of another issuer";
        }
        if (invalid.hasErrorCode(ErrorCodes.SUBJECT_MISSING)) {
            return "it has no subject";
        }
        return "it is signed with a key that the identity provider does not have, or cannot be read";
    }
}
