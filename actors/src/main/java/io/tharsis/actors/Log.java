package io.tharsis.actors;

import java.lang.System.Logger.Level;

/** The module's log; looked up when there is something to say, since that takes long. */
final class Log {
    private Log() {}

    static void warn(String text, Throwable cause) {
        write(Level.WARNING, text, cause);
    }

    /** What {@code thrown} says of itself, or its class if it throws at that, too. */
    static String text(Throwable thrown) {
        try {
            return thrown.toString();
        } catch (Throwable _) {
            return thrown.getClass().getName();
        }
    }

    static void write(Level level, String text, Throwable cause) {
        System.Logger log = System.getLogger("io.tharsis.actors");
        try {
            log.log(level, text, cause);
        } catch (RuntimeException e) {
            // A cause that throws when it is asked what it says.
            log.log(level, text + ": " + (cause == null ? e : cause).getClass().getName());
        }
    }
}
