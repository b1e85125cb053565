package io.meridian.control.switching;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * One thing that must be so before a wave may hold its first request, as it is now.
 *
 * @param about the region, link or router that it is about; empty: the whole
 * @param value as measured; {@code unknown} when nobody has said it yet
 * @param limit that it must keep
 * @param standing whether it lets a wave pass
 * @param soft a person may answer for it with a reason; a hard one guards the data itself
 * @param says what stands in the way and what helps, or that nothing does
 */
public record Gate(Name name, String about, String value, String limit, Standing standing, boolean soft, String says) {
    public enum Name {
        BRAKE,
        WINDOW,
        APPROVALS,
        SAFETY_RULES,
        ROUTERS,
        FENCE,
        AGENT,
        LEASE,
        RECONCILED,
        CLOCK,
        LAG,
        LAG_RECORDS,
        HEADROOM;

        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        public static Optional<Name> of(String text) {
            return Arrays.stream(values())
                    .filter(name -> name.text().equals(text))
                    .findFirst();
        }
    }

    public enum Standing {
        OPEN,
        CLOSED,
        /** What it depends on is not known, so it does not let pass. */
        UNKNOWN
    }

    public static final String UNKNOWN_VALUE = "unknown";

    public boolean open() {
        return standing == Standing.OPEN;
    }

    static Gate open(Name name, String about, String value, String limit, boolean soft) {
        return new Gate(name, about, value, limit, Standing.OPEN, soft, "");
    }

    static Gate closed(Name name, String about, String value, String limit, boolean soft, String says) {
        return new Gate(name, about, value, limit, Standing.CLOSED, soft, says);
    }

    static Gate unknown(Name name, String about, String limit, boolean soft, String says) {
        return new Gate(name, about, UNKNOWN_VALUE, limit, Standing.UNKNOWN, soft, says);
    }

    static Gate of(boolean open, Name name, String about, String value, String limit, boolean soft, String says) {
        return open ? open(name, about, value, limit, soft) : closed(name, about, value, limit, soft, says);
    }
}
