package io.meridian.cli;

/** What a command was told about where to go, or what is kept about it, cannot be used; nothing was changed. The message is for people. */
final class SettingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ExitCode code;

    SettingException(ExitCode code, String message) {
        super(message);
        this.code = code;
    }

    SettingException(String message) {
        this(ExitCode.USAGE, message);
    }

    ExitCode code() {
        return code;
    }
}
