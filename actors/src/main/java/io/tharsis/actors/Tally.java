package io.tharsis.actors;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts what turns handle. <b>One thread at a time adds, one that runs turns; any thread
 * reads.</b> So adding costs a plain load and store, without a bus lock.
 */
public final class Tally {
    private static final VarHandle HANDLED;

    static {
        try {
            HANDLED = MethodHandles.lookup().findVarHandle(Tally.class, "handled", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long handled;

    /** Adds {@code messages}, which may be 0 or, to take back, less. */
    public void add(int messages) {
        HANDLED.setOpaque(this, handled + messages);
    }

    /** The sum until now, or a moment ago. */
    public long handled() {
        return (long) HANDLED.getOpaque(this);
    }
}
