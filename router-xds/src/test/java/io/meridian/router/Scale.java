package io.meridian.router;

/** How much of something a test does: a short slice unless the system property {@code meridian.it.<name>} says another number. */
final class Scale {
    private Scale() {}

    static int of(String name, int slice) {
        return Integer.getInteger("meridian.it." + name, slice);
    }
}
