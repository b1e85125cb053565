package io.meridian.control.automatic;

/** Why a failover that looks due is not done by itself. @param says in words, with what helps */
public record Hold(Name name, String says) {
    public enum Name {
        /** The region's policy leaves it to people. */
        POLICY,
        BRAKE,
        MOST_LOOK_LOST,
        ONE_AT_A_TIME,
        TRIPPED,
        /** Asked for by a person, it would be refused too: nobody has room, more would be lost than may be, a restore runs. */
        REFUSED
    }
}
