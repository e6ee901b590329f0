package io.tharsis.actors;

import java.lang.System.Logger.Level;

/** The module's log; looked up when there is something to say, since that takes long. */
final class Log {
    private Log() {}

    static void warn(String text, Throwable cause) {
        write(Level.WARNING, text, cause);
    }

    static void write(Level level, String text, Throwable cause) {
        System.getLogger("io.tharsis.actors").log(level, text, cause);
    }
}
