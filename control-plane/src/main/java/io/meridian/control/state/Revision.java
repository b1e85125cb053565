package io.meridian.control.state;

/** Of the control plane's state: one counter for all feeds, raised by every change that a feed carries. Renewals do not raise it. */
public record Revision(long number) implements Comparable<Revision> {
    public static final Revision NONE = new Revision(0);

    public static Revision of(long number) {
        return new Revision(number);
    }

    public Revision next() {
        return new Revision(number + 1);
    }

    @Override
    public int compareTo(Revision other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Long.toString(number);
    }
}
