package io.tharsis.transport.log;

/** An append that did not end with an answer. */
public abstract sealed class LogException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LogException(String message) {
        super(message);
    }

    /**
     * False if it is certain that the command has no effect, now or later, so that it may be
     * appended again.
     */
    public abstract boolean mayHaveBeenApplied();

    /** The command never left: no leader was reached before the deadline, or the log was closed. */
    public static final class NotApplied extends LogException {
        private static final long serialVersionUID = 1;

        /**
         * @param why what kept it
         */
        public NotApplied(String why) {
            super("the command was not applied: " + why);
        }

        @Override
        public boolean mayHaveBeenApplied() {
            return false;
        }
    }

    /**
     * The command was sent and its fate is not known: the deadline passed, the leader changed, or
     * the log was closed before the answer came. It may even be applied later.
     */
    public static final class Unknown extends LogException {
        private static final long serialVersionUID = 1;

        /**
         * @param why what came between
         */
        public Unknown(String why) {
            super("the command may or may not be applied: " + why);
        }

        @Override
        public boolean mayHaveBeenApplied() {
            return true;
        }
    }

    /** The state machine threw, on every member; the message says what. */
    public static final class Failed extends LogException {
        private static final long serialVersionUID = 1;

        /**
         * @param what the state machine's exception, as text
         */
        public Failed(String what) {
            super("the state machine threw: " + what);
        }

        @Override
        public boolean mayHaveBeenApplied() {
            return true;
        }
    }
}
