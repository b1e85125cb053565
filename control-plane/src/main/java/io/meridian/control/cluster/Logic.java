package io.meridian.control.cluster;

/** The version of {@code decide} and {@code apply}: one that has shipped never answers differently, so that replicas of two releases agree. */
public final class Logic {
    /** What a cluster begins with. */
    public static final int FIRST = 1;
    /** The newest that this node knows. */
    public static final int NEWEST = 1;

    private Logic() {}
}
