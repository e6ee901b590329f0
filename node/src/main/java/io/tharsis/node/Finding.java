package io.tharsis.node;

/**
 * One line of {@code doctor}: what was looked at, what was found, and the remedy where it is not
 * fine.
 *
 * @param remedy what to do about it; empty when the level is {@link Level#OK}
 */
record Finding(Level level, String subject, String found, String remedy) {
    /** How bad it is: fine, slower than need be, or not usable. */
    enum Level {
        OK,
        WARN,
        FAIL
    }

    static Finding ok(String subject, String found) {
        return new Finding(Level.OK, subject, found, "");
    }

    static Finding warn(String subject, String found, String remedy) {
        return new Finding(Level.WARN, subject, found, remedy);
    }

    static Finding fail(String subject, String found, String remedy) {
        return new Finding(Level.FAIL, subject, found, remedy);
    }
}
