package io.tharsis.kernels;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * What kernels have to say, by the logger {@code io.tharsis.kernels}. It is looked up when there is
 * something to say, and not before: the first logger of a JVM has the logging library configured,
 * which takes a quarter of a second of a young one (measured, Logback).
 */
public final class KernelLog {
    private KernelLog() {}

    public static void warn(String message) {
        logger().log(Level.WARNING, message);
    }

    public static void warn(String message, Throwable cause) {
        logger().log(Level.WARNING, message, cause);
    }

    /** Says what nobody need know who is not looking for it. */
    public static void debug(String message, Throwable cause) {
        logger().log(Level.DEBUG, message, cause);
    }

    private static Logger logger() {
        return System.getLogger("io.tharsis.kernels");
    }
}
